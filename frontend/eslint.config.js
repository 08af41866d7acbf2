import vue from "eslint-plugin-vue";
import accessibility from "eslint-plugin-vuejs-accessibility";
import ts from "typescript-eslint";

export default ts.config(
  { ignores: ["dist/**", "**/node_modules/**", "packages/api/src/schema.d.ts", "**/components.d.ts"] },
  ...ts.configs.recommended,
  ...vue.configs["flat/recommended"],
  ...accessibility.configs["flat/recommended"],
  {
    files: ["**/*.vue"],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
  {
    rules: {
      // Layout of markup is the editor's business.
      "vue/max-attributes-per-line": "off",
      "vue/singleline-html-element-content-newline": "off",
      "vue/multiline-html-element-content-newline": "off",
      "vue/html-self-closing": "off",
      "vue/html-indent": "off",
      "vue/html-closing-bracket-newline": "off",
      "vue/first-attribute-linebreak": "off",
      "vue/attributes-order": "off",
      "vue/multi-word-component-names": "off",
      "vue/require-default-prop": "off",
      "vue/no-v-html": "error",
      // A label either holds its field or names it.
      "vuejs-accessibility/label-has-for": ["error", { required: { some: ["nesting", "id"] } }],
      "vuejs-accessibility/form-control-has-label": "off",
      // What people record has no captions; what they say stands in the report.
      "vuejs-accessibility/media-has-caption": "off",
      "no-console": "error",
      "@typescript-eslint/no-explicit-any": "error",
    },
  },
  { files: ["scripts/**", "e2e/**", "**/*.config.ts"], rules: { "no-console": "off" } },
);
