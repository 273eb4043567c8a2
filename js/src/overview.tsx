import { OverviewPanel } from "./components/OverviewPanel";
import { Banners, Progress } from "./components/States";
import { widget } from "./lib/mount";

export default widget("rw-overview", () => (
  <>
    <Progress />
    <Banners />
    <OverviewPanel />
  </>
));
