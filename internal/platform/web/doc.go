// Package web is the HTTP door: Fiber v2 as the server, Huma for typed operations and the OpenAPI document.
//
// Every route is mounted through Op or Raw and so passes the same gate, in this order: request id and security
// headers, the caller, the tenant, the permission, the body within its limit and free of control characters, and a
// context with the route's deadline. Mounting refuses a route without a permission or, where it takes a body,
// without a limit. Whatever goes wrong leaves as one kind of problem+json, made by one mapper.
package web
