export { startMock } from "./index.js";
