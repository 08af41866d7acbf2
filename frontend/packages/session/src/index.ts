export { Session, type SessionOptions, type Me } from "./session";
export { listen, parseEvents, type Hint, type Listener } from "./events";
