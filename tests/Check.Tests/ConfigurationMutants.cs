namespace Redoubt.Check.Tests;

/// <summary>Each kind of word of the configuration, changed, is refused for the right reason.</summary>
public sealed class ConfigurationMutants
{
    private const ulong Unused = 127, UnusedPartition = 15;

    /// <summary>A change of words, and why it is refused.</summary>
    public sealed record Mutant(string Rule, string Message, params (string Field, ulong Outer, ulong Inner, ulong Value)[] Words);

    private static readonly ulong Console = Subject.Partition("console"), A = Subject.Partition("a"), Linux = Subject.Partition("linux"), Monitor = Subject.Partition("linux.monitor");
    private static readonly ulong ConsoleVcpu = Subject.Vcpu("console"), AVcpu = Subject.Vcpu("a"), LinuxVcpu = Subject.Vcpu("linux"), LinuxVcpu1 = Subject.Vcpu("linux", 1),
        MonitorVcpu = Subject.Vcpu("linux.monitor"), BareVcpu = Subject.Vcpu("bare");

    private static readonly Dictionary<string, Mutant> All = new()
    {
        ["magic"] = Of("well-formed", "magic number", "config.Magic", 0, 0, 1),
        ["too few CPUs"] = Of("well-formed", "pinned to a CPU in use", "config.CpuCount", 0, 0, 1),
        ["no CPU"] = Of("well-formed", "one to eight CPUs", "config.CpuCount", 0, 0, 0),
        ["too many CPUs"] = Of("well-formed", "one to eight CPUs", "config.CpuCount", 0, 0, 9),
        ["a third CPU"] = Of("authority", "3 CPUs, the description 2", "config.CpuCount", 0, 0, 3),
        ["distributor elsewhere"] = Of("board", "0x8010000, on board qemu-virt at 0x8000000", "config.Distributor", 0, 0, 0x801_0000),
        ["distributor not aligned"] = Of("well-formed", "distributor are aligned", "config.Distributor", 0, 0, 0x800_0004),
        ["kernel's tables elsewhere"] = Of("table", "kernel: the table at", "config.KernelTables", 0, 0, Subject.Area("kernel", "tables of a").Address),
        ["reserved word"] = Of("reserved", "0x404c0020", "config._reserved0", 0, 0, 1),
        ["two CPUs of one MPIDR"] = Of("well-formed", "differ in MPIDR", "config.cpu.Mpidr", 1, 0, 0),
        ["another's MPIDR"] = Of("board", "CPU 1: MPIDR 0x2", "config.cpu.Mpidr", 1, 0, 2),
        ["MPIDR with other bits"] = Of("well-formed", "affinities only", "config.cpu.Mpidr", 1, 0, 0x8000_0001),
        ["one redistributor for two"] = Of("well-formed", "redistributors apart", "config.cpu.Redistributor", 1, 0, 0x80a_0000),
        ["redistributor elsewhere"] = Of("board", "CPU 0: the redistributor is at 0x80e0000", "config.cpu.Redistributor", 0, 0, 0x80e_0000),
        ["redistributor of no CPU"] = Of("well-formed", "CPU 5: violates \"a CPU that is not in use", "config.cpu.Redistributor", 5, 0, 0x80e_0000),
        ["no time slot"] = Of("well-formed", "1 to 16 time slots", "config.cpu.SlotCount", 0, 0, 0),
        ["too many time slots"] = Of("well-formed", "1 to 16 time slots", "config.cpu.SlotCount", 0, 0, 17),
        ["an endless slot of several"] = Of("well-formed", "for ever only if it is the only one", "config.cpu.Slots.Length", 0, 0, 0),
        ["a slot of more than a second"] = Of("well-formed", "at most a second", "config.cpu.Slots.Length", 0, 0, (1 << 20) + 1),
        ["a slot for nobody's rank"] = Of("well-formed", "rank 15: violates \"a time slot names vCPUs in use", "config.cpu.Slots.Mask", 0, 0, 0x8001),
        ["a slot beyond the ranks"] = Of("well-formed", "names ranks that there are", "config.cpu.Slots.Fallback", 1, 0, 0x1_0001),
        ["words of an unused slot"] = Of("well-formed", "time slot 3: violates \"a time slot that is not in use", "config.cpu.Slots.Mask", 0, 3, 1),
        ["a vCPU that never runs"] = new("well-formed", "some time slot reaches every vCPU", ("config.cpu.Slots.Mask", 1, 0, 1), ("config.cpu.Slots.Fallback", 1, 0, 1)),
        ["reserved word of a slot"] = Of("reserved", "reserved word", "config.cpu.Slots._reserved", 0, 0, 1),
        ["a vCPU that is gone"] = Of("well-formed", "(console): violates \"a partition's vCPUs are in use", "config.vcpu.Used", ConsoleVcpu, 0, 0),
        ["a strange flag"] = Of("well-formed", "flags of a vCPU are 0 or 1", "config.vcpu.Used", ConsoleVcpu, 0, 3),
        ["a vCPU of another partition"] = Of("well-formed", "the one of that number in its partition", "config.vcpu.Partition", AVcpu, 0, Console),
        ["a vCPU of no partition"] = Of("well-formed", "partition that there is", "config.vcpu.Partition", AVcpu, 0, 16),
        ["another number"] = Of("well-formed", "the one of that number", "config.vcpu.Number", AVcpu, 0, 1),
        ["no such number"] = Of("well-formed", "a number that there is", "config.vcpu.Number", AVcpu, 0, 8),
        ["a guest without its monitor"] = Of("authority", "linux: vCPU", "config.vcpu.Monitor", LinuxVcpu, 0, Limits.NoVcpu),
        ["a guest of another monitor"] = Of("well-formed", "a monitor and its guest name each other", "config.vcpu.Monitor", LinuxVcpu, 0, AVcpu),
        ["a monitor that is none"] = Of("well-formed", "a monitor and its guest name each other", "config.vcpu.Monitor", ConsoleVcpu, 0, ConsoleVcpu),
        ["a monitor that is no vCPU"] = Of("proof's assumption", "config.vcpu.Monitor", "config.vcpu.Monitor", LinuxVcpu, 0, 0x1ff),
        ["a monitor of another CPU"] = new("well-formed", "on its guest's CPU",
            ("config.vcpu.Guest", MonitorVcpu, 0, LinuxVcpu1), ("config.vcpu.Monitor", LinuxVcpu1, 0, MonitorVcpu)),
        ["a monitor without its guest"] = Of("well-formed", "a monitor and its guest name each other", "config.vcpu.Guest", MonitorVcpu, 0, Limits.NoVcpu),
        ["a monitor of a service"] = Of("well-formed", "a guest and its monitor name each other", "config.vcpu.Guest", MonitorVcpu, 0, ConsoleVcpu),
        ["a guest that starts by itself"] = Of("well-formed", "the kernel starts a vCPU if no monitor does", "config.vcpu.Autostart", LinuxVcpu, 0, 1),
        ["a service that never starts"] = Of("well-formed", "the kernel starts a vCPU if no monitor does", "config.vcpu.Autostart", ConsoleVcpu, 0, 0),
        ["a start between instructions"] = Of("well-formed", "starts at an instruction", "config.vcpu.Entry", ConsoleVcpu, 0, Layout.Program + 2),
        ["a start where nothing is"] = Of("start", "console: vCPU 0 starts at 0x50000000", "config.vcpu.Entry", ConsoleVcpu, 0, 0x5000_0000),
        ["a start in constants"] = Of("start", "where it has nothing to execute", "config.vcpu.Entry", ConsoleVcpu, 0, Layout.Manifest),
        ["another manifest"] = Of("start", "x0 = 0x2000", "config.vcpu.Context", ConsoleVcpu, 0, 0x2000),
        ["a guest's start that its monitor does not know"] = Of("manifest", "its guest starts at", "config.vcpu.Entry", LinuxVcpu1, 0, GuestMap.Ram + 4),
        ["a device tree that its monitor does not know"] = Of("manifest", "its guest starts at", "config.vcpu.Context", LinuxVcpu, 0, GuestMap.Ram),
        ["a vCPU too many"] = Of("well-formed", "the one of that number in its partition", "config.vcpu.Used", Unused, 0, 1),
        ["words of an unused vCPU"] = Of("well-formed", "vCPU 127: violates \"a vCPU that is not in use has no words", "config.vcpu.Entry", Unused, 0, 4),
        ["monitor of an unused vCPU"] = Of("well-formed", "a vCPU that is not in use has no words", "config.vcpu.Monitor", Unused, 0, 0),
        ["another's VMID"] = Of("well-formed", "VMID is its own", "config.partition.Vttbr", A, 0, Subject.Area("kernel", "tables of a").Address | ((Console + 1) << 48)),
        ["CnP"] = Of("well-formed", "VMID is its own", "config.partition.Vttbr", A, 0, Subject.Area("kernel", "tables of a").Address | ((A + 1) << 48) | 1),
        ["another's tables"] = Of("owner", "console's", "config.partition.Vttbr", A, 0, Subject.Area("kernel", "tables of console").Address | ((A + 1) << 48)),
        ["tables outside of the image"] = Of("table", "a: a table of level 1 at 0x7f00000000", "config.partition.Vttbr", A, 0, 0x7f_0000_0000 | ((A + 1) << 48)),
        ["a service as a guest"] = Of("authority", "console: flags 0", "config.partition.Flags", Console, 0, 0),
        ["a guest as a service"] = Of("authority", "linux: flags 1", "config.partition.Flags", Linux, 0, PartitionFlags.Service),
        ["a guest that is cacheable"] = Of("authority", "linux: flags 2", "config.partition.Flags", Linux, 0, PartitionFlags.DefaultCacheable),
        ["both at once"] = Of("well-formed", "cacheable from the start", "config.partition.Flags", Console, 0, 3),
        ["a partition without vCPUs"] = Of("authority", "a has no vCPU", "config.partition.VcpuCount", A, 0, 0),
        ["more vCPUs than there are"] = Of("well-formed", "partition's vCPUs are in use", "config.partition.VcpuCount", A, 0, 2),
        ["more than eight vCPUs"] = Of("well-formed", "at most eight", "config.partition.VcpuCount", A, 0, 9),
        ["another's vCPU"] = Of("well-formed", "its own, and in their places", "config.partition.Vcpus", A, 0, ConsoleVcpu),
        ["a vCPU beyond the number"] = Of("well-formed", "no vCPU beyond", "config.partition.Vcpus", A, 3, 0),
        ["a partition nobody knows"] = Of("authority", "partition 15 that the description does not know", "config.partition.VcpuCount", UnusedPartition, 0, 1),
        ["words of an unused partition"] = Of("well-formed", "partition 15: violates \"a partition that is not in use has no words", "config.partition.Flags", UnusedPartition, 0, 1),
        ["padding"] = Of("reserved", "reserved word", "config.partition._padding", A, 7, 1),
        ["an event to a stranger"] = Of("authority", "a: the capability 0x50001 in slot 31", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Event, ConsoleVcpu, 5)),
        ["a capability of no kind"] = Of("well-formed", "of a known kind", "config.partition.Capabilities", A, 31, 7),
        ["other bits of a capability"] = Of("well-formed", "no other bits", "config.partition.Capabilities", A, 31, 1UL << 40),
        ["bits of an empty slot"] = Of("well-formed", "an empty slot", "config.partition.Capabilities", A, 31, 0x100),
        ["a capability that is missing"] = Of("authority", "is missing", "config.partition.Capabilities", A, 0, 0),
        ["a stranger's guest"] = Of("well-formed", "a monitor controls vCPUs of its guest", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Vcpu, LinuxVcpu, 0)),
        ["a stranger's bare guest"] = Of("well-formed", "a guest without monitor its own", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Vcpu, BareVcpu, 0)),
        ["control of a service"] = Of("well-formed", "a monitor controls vCPUs of its guest", "config.partition.Capabilities", Monitor, 31, Capability.Pack(Capability.Vcpu, AVcpu, 0)),
        ["a capability for no vCPU"] = Of("well-formed", "what a capability names is in use", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Event, Unused, 0)),
        ["an interrupt to acknowledge"] = Of("well-formed", "who acknowledges an interrupt", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Interrupt, AVcpu, 33)),
        ["a virtual interrupt to a guest"] = Of("authority", "declared nowhere", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Virtual, LinuxVcpu, 40)),
        ["the timer as a notification"] = Of("well-formed", "linked to no physical one", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Virtual, LinuxVcpu, GuestMap.TimerInterrupt)),
        ["the timer as a notification, to the specification"] = Of("rule", "no physical one stands behind it", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Virtual, LinuxVcpu, GuestMap.TimerInterrupt)),
        ["a device's interrupt as a notification"] = Of("well-formed", "linked to no physical one", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Virtual, LinuxVcpu, 34)),
        ["a virtual interrupt to a service"] = Of("well-formed", "one of 64, of a guest", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Virtual, ConsoleVcpu, 40)),
        ["an event beyond 63"] = Of("well-formed", "an event is one of 64", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Event, ConsoleVcpu, 64)),
        ["the machine for a guest"] = Of("authority", "linux: the capability 0x5 in slot 31", "config.partition.Capabilities", Linux, 31, Capability.Machine),
        ["the machine with a name"] = Of("well-formed", "the right to the machine names nothing", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Machine, 0, 1)),
        ["an account"] = Of("authority", "declared nowhere", "config.partition.Capabilities", A, 31, Capability.Pack(Capability.Account, ConsoleVcpu, 0)),
        ["a capability of nobody"] = Of("well-formed", "those of a partition that is not in use", "config.partition.Capabilities", UnusedPartition, 0, Capability.Machine),
        ["an interrupt that is lost"] = Of("authority", "interrupt 33 of console's device uart", "config.interrupt", 33, 0, 0),
        ["an interrupt to another"] = Of("authority", "interrupt 33 of console's device uart", "config.interrupt", 33, 0, Capability.Pack(Capability.Event, AVcpu, 9)),
        ["an interrupt of another kind"] = Of("well-formed", "one that a guest gets as its own", "config.interrupt", 33, 0, Capability.Pack(Capability.Virtual, ConsoleVcpu, 33)),
        ["a guest's interrupt of another number"] = Of("well-formed", "keeps its number", "config.interrupt", 34, 0, Capability.Pack(Capability.Virtual, LinuxVcpu, 35)),
        ["a guest's interrupt as event"] = Of("authority", "interrupt 34 of linux's device rtc", "config.interrupt", 34, 0, Capability.Pack(Capability.Event, LinuxVcpu, 9)),
        ["an interrupt of no device"] = Of("authority", "interrupt 40 goes to vCPU", "config.interrupt", 40, 0, Capability.Pack(Capability.Event, AVcpu, 9)),
        ["a private interrupt"] = Of("well-formed", "only shared peripheral interrupts", "config.interrupt", 5, 0, Capability.Pack(Capability.Event, AVcpu, 9)),
        ["a special interrupt"] = Of("well-formed", "only shared peripheral interrupts", "config.interrupt", 1021, 0, Capability.Pack(Capability.Event, AVcpu, 9)),
        ["other bits of an interrupt"] = Of("well-formed", "goes nowhere, arrives as an event", "config.interrupt", 33, 0, 1UL << 50),
        ["an event that is a peer's"] = Of("authority", "does not arrive there as its own", "config.interrupt", 33, 0, Capability.Pack(Capability.Event, ConsoleVcpu, Manifest.PeerEvent)),
        ["an event that its owner does not know"] = Of("manifest", "its interrupt does not arrive as event", "config.interrupt", 33, 0, Capability.Pack(Capability.Event, ConsoleVcpu, 30)),
        ["an event that is a channel's"] = Of("authority", "does not arrive there as its own", "config.interrupt", 33, 0, Capability.Pack(Capability.Event, ConsoleVcpu, 0)),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_changed_word_is_refused(string name)
    {
        Mutant mutant = All[name];
        ImageCheck check = Subject.Damaged(bytes =>
        {
            foreach ((string field, ulong outer, ulong inner, ulong value) in mutant.Words)
                BitConverter.TryWriteBytes(bytes.Span[(int)(MemoryWords.AddressOf(field, outer, inner) - Layout.LoadBase)..], value);
        });
        Refused.Because(check.Config(), mutant.Rule, mutant.Message);
    }

    private static Mutant Of(string rule, string message, string field, ulong outer, ulong inner, ulong value) => new(rule, message, (field, outer, inner, value));
}
