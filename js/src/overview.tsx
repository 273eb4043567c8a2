import { OverviewPanel } from "./features/overview/OverviewPanel";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { decode } from "./wire/arrow";

export default widget(
  "rw-overview",
  () => (
    <>
      <Progress />
      <Banners />
      <OverviewPanel />
    </>
  ),
  decode,
);
