// The only bundle that carries Vega.
export { draw } from "./features/explore/vega";
