import { ChannelList } from "./features/channels/ChannelList";
import { Banners, Progress } from "./ui/Banners";
import { widget } from "./ui/mount";
import { decode } from "./wire/arrow";

export default widget(
  "rw-channels",
  () => (
    <>
      <Progress />
      <Banners />
      <ChannelList />
    </>
  ),
  decode,
);
