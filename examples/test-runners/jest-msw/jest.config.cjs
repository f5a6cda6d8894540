/** Jest loads CommonJS, and MSW needs packages that are ES modules only, as those of the kit are: Babel compiles them. */
const modules = require.resolve("@babel/plugin-transform-modules-commonjs"); // or @babel/preset-env, and those for TypeScript and React

module.exports = {
  transform: { "\\.m?[jt]sx?$": ["babel-jest", { plugins: [modules] }] },
  transformIgnorePatterns: ["/node_modules/(?!(@adcontract|@open-draft|rettime|until-async)/)"],
};
