import { ChannelList } from "./components/ChannelList";
import { Banners, Progress } from "./components/States";
import { widget } from "./lib/mount";

export default widget("rw-channels", () => (
  <>
    <Progress />
    <Banners />
    <ChannelList />
  </>
));
