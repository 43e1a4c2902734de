using System.Runtime.InteropServices;

namespace Redoubt.Check.Tests;

/// <summary>Each kind of word of a manifest, changed, is refused for the right reason.</summary>
public sealed class ManifestMutants
{
    private const ulong None = ~0UL, Page = 0x1000;

    private delegate void Change(ref Manifest manifest);

    private sealed record Mutant(string Partition, string Message, Change Change);

    private static readonly Dictionary<string, Mutant> All = new()
    {
        ["no magic number"] = new("console", "magic number", (ref manifest) => manifest.Magic++),
        ["another's name"] = new("console", "the name is not its own", (ref manifest) => manifest.Name.Low ^= 1),
        ["a longer name"] = new("console", "the name is not its own", (ref manifest) => manifest.Name.High = 'x'),
        ["a vCPU more"] = new("console", "it has 1 vCPUs, not 2", (ref manifest) => manifest.VcpuCount++),
        ["peers in other slots"] = new("linux.monitor", "do not wake its vCPUs", (ref manifest) => manifest.PeerSlot++),
        ["peers in no slot"] = new("linux.monitor", "do not wake its vCPUs", (ref manifest) => manifest.PeerSlot = None),
        ["a machine that it does not hold"] = new("a", "slot 0 is not its right to the machine", (ref manifest) => manifest.MachineSlot = 0),
        ["a machine that it is not told of"] = new("bare", "is not its right to the machine", (ref manifest) => manifest.MachineSlot = None),
        ["the machine in another slot"] = new("bare", "is not its right to the machine", (ref manifest) => manifest.MachineSlot--),
        ["a channel that is not told of"] = new("console", "channel console with linux.monitor is not told of", (ref manifest) => manifest.ChannelCount--),
        ["a channel too many"] = new("console", "channel 3 is none of its own", (ref manifest) => manifest.ChannelCount++),
        ["channels beyond the room"] = new("console", "no room for 13 channels", (ref manifest) => manifest.ChannelCount = 13),
        ["a channel told of twice"] = new("console", "channel 1 is none of its own, or told of twice", (ref manifest) => manifest.Channels[1] = manifest.Channels[0]),
        ["a channel of another name"] = new("a", "channel 1 is none of its own", (ref manifest) => manifest.Channels[1].Name.Low++),
        ["a channel to another"] = new("a", "channel 1 is none of its own", (ref manifest) => manifest.Channels[1].Peer = manifest.Channels[0].Peer),
        ["a channel's other side"] = new("a", "channel 1 is none of its own", (ref manifest) => manifest.Channels[1].Side ^= 1),
        ["a guest that is none"] = new("a", "channel 0 (console): whether a guest is at the other end", (ref manifest) => manifest.Channels[0].Guest = 1),
        ["a network that is none"] = new("a", "channel 1 (ping): what a guest sees of it", (ref manifest) => manifest.Channels[1].Kind = ChannelKind.Network),
        ["a channel that is larger"] = new("a", "channel 1 (ping) has 0x2000 bytes, not 0x3000", (ref manifest) => manifest.Channels[1].Size += Page),
        ["a channel's second page"] = new("a", "channel 1 (ping) is not at", (ref manifest) => manifest.Channels[1].Address += Page),
        ["another channel's memory"] = new("a", "channel 1 (ping) is not at", (ref manifest) => manifest.Channels[1].Address = manifest.Channels[0].Address),
        ["memory of its own"] = new("a", "channel 1 (ping) is not at", (ref manifest) => manifest.Channels[1].Address = Layout.Manifest),
        ["memory that is not there"] = new("a", "channel 1 (ping) is not at", (ref manifest) => manifest.Channels[1].Address = None),
        ["another event"] = new("a", "channel 1 (ping) arrives as event 1, not 2", (ref manifest) => manifest.Channels[1].EventBit++),
        ["another notification"] = new("a", "channel 1 (ping) is not notified by slot 0", (ref manifest) => manifest.Channels[1].NotifySlot = manifest.Channels[0].NotifySlot),
        ["a notification by an empty slot"] = new("a", "channel 1 (ping) is not notified by slot 31", (ref manifest) => manifest.Channels[1].NotifySlot = 31),
        ["a notification by no slot"] = new("a", "channel 1 (ping) is not notified by slot 32", (ref manifest) => manifest.Channels[1].NotifySlot = Limits.Capabilities),
        ["a device that is not told of"] = new("console", "device uart is not told of", (ref manifest) => manifest.DeviceCount = 0),
        ["a device too many"] = new("a", "device 0 is none of its own", (ref manifest) => manifest.DeviceCount = 1),
        ["devices beyond the room"] = new("a", "no room for", (ref manifest) => manifest.DeviceCount = None),
        ["another device"] = new("console", "device 0 is none of its own", (ref manifest) => manifest.Devices[0].Name.Low ^= 1),
        ["a device that is larger"] = new("console", "device 0 (uart) has 0x1000 bytes", (ref manifest) => manifest.Devices[0].Size += Page),
        ["a device elsewhere"] = new("console", "device 0 (uart) is not at", (ref manifest) => manifest.Devices[0].Address += 8),
        ["another event of a device"] = new("console", "its interrupt does not arrive as event", (ref manifest) => manifest.Devices[0].EventBit++),
        ["an event of a device that there is not"] = new("console", "its interrupt does not arrive as event", (ref manifest) => manifest.Devices[0].EventBit |= 1UL << 51),
        ["a device without its interrupt"] = new("console", "its interrupt does not arrive as event", (ref manifest) => manifest.Devices[0].EventBit = None),
        ["another slot of a device"] = new("console", "is not acknowledged by slot", (ref manifest) => manifest.Devices[0].InterruptSlot--),
        ["refused accesses that are not told of"] = new("linux.monitor", "device dma-faults is not told of", (ref manifest) => manifest.DeviceCount--),
        ["refused accesses elsewhere"] = new("linux.monitor", "device 1 (dma-faults) is not at", (ref manifest) => manifest.Devices[1].Address = Layout.Manifest),
        ["configuration space elsewhere"] = new("linux.monitor", "device 0 (pci-config) is not at", (ref manifest) => manifest.Devices[0].Address += Page),
        ["more of configuration space"] = new("linux.monitor", "device 0 (pci-config) has 0x", (ref manifest) => manifest.Devices[0].Size += Page),
        ["a seed that all images share"] = new("a", "has no meaning and is not zero", (ref manifest) => manifest.Seed[2] = 1),
        ["a seed that is there already"] = new("a", "has no meaning and is not zero", (ref manifest) => manifest.Seeded = 1),
        ["words behind the channels"] = new("a", "has no meaning and is not zero", (ref manifest) => manifest.Channels[11].Guest = 1),
        ["words behind the devices"] = new("a", "has no meaning and is not zero", (ref manifest) => manifest.Devices[7].Size = 1),
        ["a guest of a service"] = new("a", "has no meaning and is not zero", (ref manifest) => manifest.Guest.Present = 1),
        ["memory of a bare guest's own"] = new("bare", "has no meaning and is not zero", (ref manifest) => manifest.Guest.RamSize = Page),
        ["a bare guest without control"] = new("bare", "do not control them", (ref manifest) => manifest.Guest.VcpuSlot = None),
        ["a bare guest with more vCPUs"] = new("bare", "1 vCPUs are its to control, not 2", (ref manifest) => manifest.Guest.VcpuCount++),
        ["no guest"] = new("linux.monitor", "its guest is linux", (ref manifest) => manifest.Guest.Present = 0),
        ["another guest"] = new("linux.monitor", "its guest is linux", (ref manifest) => manifest.Guest.Name.Low++),
        ["memory that begins later"] = new("linux.monitor", "are not its guest's memory", (ref manifest) => manifest.Guest.RamBase += Page),
        ["more memory"] = new("linux.monitor", "0x1001000 bytes at 0x40000000 are not its guest's memory", (ref manifest) => manifest.Guest.RamSize += Page),
        ["memory of its own as its guest's"] = new("linux.monitor", "are not its guest's memory", (ref manifest) => manifest.Guest.RamBase = Layout.Pristine),
        ["fewer vCPUs"] = new("linux.monitor", "2 vCPUs are its to control, not 1", (ref manifest) => manifest.Guest.VcpuCount--),
        ["vCPUs in other slots"] = new("linux.monitor", "do not control them", (ref manifest) => manifest.Guest.VcpuSlot++),
        ["another start"] = new("linux.monitor", "not so vCPU", (ref manifest) => manifest.Guest.Entry += 4),
        ["a start where nothing is"] = new("linux.monitor", "where nothing is copied", (ref manifest) => manifest.Guest.Entry += 8 * Page),
        ["another device tree"] = new("linux.monitor", "where no piece begins", (ref manifest) => manifest.Guest.Context += 8),
        ["another time to start anew"] = new("linux.monitor", "3 does not say when", (ref manifest) => manifest.Guest.Restart = RestartPolicy.Always + 1),
        ["a piece that is not told of"] = new("linux.monitor", "the pristine device tree is not told of", (ref manifest) => manifest.Guest.LoadCount--),
        ["pieces beyond the room"] = new("linux.monitor", "9 pieces", (ref manifest) => manifest.Guest.LoadCount = 9),
        ["a piece's second page"] = new("linux.monitor", "piece 0: 0x2345 bytes", (ref manifest) => manifest.Guest.Loads[0].Source += Page),
        ["a piece of the guest's own"] = new("linux.monitor", "are no pristine image of its own", (ref manifest) => manifest.Guest.Loads[0].Source = GuestMap.Ram),
        ["a piece that is larger"] = new("linux.monitor", "are no pristine image of its own", (ref manifest) => manifest.Guest.Loads[0].Size += Page),
        ["a piece that is cut"] = new("linux.monitor", "are no pristine image of its own", (ref manifest) => manifest.Guest.Loads[0].Size -= Page),
        ["one piece twice"] = new("linux.monitor", "are no pristine image of its own", (ref manifest) => manifest.Guest.Loads[1].Source = manifest.Guest.Loads[0].Source),
        ["a piece before the memory"] = new("linux.monitor", "piece 0 does not end in its guest's memory", (ref manifest) => manifest.Guest.Loads[0].Destination -= Page),
        ["a piece behind the memory"] = new("linux.monitor", "piece 1 does not end in its guest's memory", (ref manifest) => manifest.Guest.Loads[1].Destination = GuestMap.Ram + (16 << 20)),
        ["zeroes behind the memory"] = new("linux.monitor", "piece 1 does not end in its guest's memory", (ref manifest) => manifest.Guest.Loads[1].Zero = 16 << 20),
        ["zeroes without end"] = new("linux.monitor", "piece 0 does not end in its guest's memory", (ref manifest) => manifest.Guest.Loads[0].Zero = None),
        ["a piece over another"] = new("linux.monitor", "where another one goes", (ref manifest) => manifest.Guest.Loads[1].Destination = GuestMap.Ram + Page),
        ["words behind the pieces"] = new("linux.monitor", "has no meaning and is not zero", (ref manifest) => manifest.Guest.Loads[7].Zero = 1),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_word_is_refused(string name)
    {
        Mutant mutant = All[name];
        ImageCheck check = Subject.Damaged(bytes =>
            mutant.Change(ref MemoryMarshal.AsRef<Manifest>(bytes.Span[(int)(Subject.Area(mutant.Partition, "manifest").Address - Layout.LoadBase)..])));
        Refused.Because(check.Config(), "manifest", $"{mutant.Partition}: ");
        Refused.Because(check.Config(), "manifest", mutant.Message);
    }

    [Fact]
    public void The_rest_of_the_page_is_zero() =>
        Refused.Because(Subject.Damaged(Subject.Area("a", "manifest").End - 8, _ => 1).Config(), "manifest", "a: what is at offset 0xff8 has no meaning");
}
