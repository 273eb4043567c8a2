import { FlowView } from "./components/FlowView";
import { Banners, Progress } from "./components/States";
import { widget } from "./lib/mount";

export default widget("rw-flow", () => <><Progress /><Banners /><FlowView /></>);
