import { Explore } from "./components/Explore";
import { Banners, Progress } from "./components/States";
import { widget } from "./lib/mount";

export default widget("rw-explore", () => <><Progress /><Banners /><Explore /></>);
