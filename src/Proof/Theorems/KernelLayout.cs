using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Redoubt.Abi;
using Redoubt.Kernel;
using Redoubt.Proof.Execution;

namespace Redoubt.Proof.Theorems;

/// <summary>
/// The kernel's memory as typed regions, read from the very types that the kernel is compiled from. A wrong layout here can't hide
/// anything: accesses that don't fit it are findings.
/// </summary>
public static class KernelLayout
{
    // Addresses of src/Kernel/State.cs and src/Kernel/Boot.S.
    private const ulong VcpusAddress = 0x4042_0000, CpusAddress = 0x4046_0000, MachineAddress = 0x4046_1000, StacksAddress = 0x4046_2000;
    private const ulong StackSize = 0x1000, CellBytes = 8;

    /// <summary>Bits that a word may have. For the state this is part of the invariant, for the configuration of its being well-formed.</summary>
    private static readonly Dictionary<string, ulong> Limited = new()
    {
        ["cpu.Number"] = Limits.Cpus - 1,
        ["cpu.Current"] = Limits.NoVcpu,
        ["cpu.Resident"] = Limits.NoVcpu,
        ["cpu.Idle"] = 1,
        ["cpu.Ready"] = (1 << Limits.VcpusPerCpu) - 1,
        ["cpu.Inbox"] = (1 << Limits.VcpusPerCpu) - 1,
        ["cpu.Slot"] = Limits.Slots - 1,
        ["vcpu.Lifecycle"] = 3,
        ["vcpu.Calling"] = 1,
        ["vcpu.Fault"] = 7,
        ["vcpu.TimerActive"] = 1,
        ["machine.Pan"] = 1 << 22,
        ["config.cpu.SlotCount"] = (Limits.Slots << 1) - 1,
        ["config.partition.Vcpus"] = Limits.NoVcpu,
        ["config.vcpu.Partition"] = Limits.Partitions - 1,
        ["config.vcpu.Number"] = Limits.VcpusPerPartition - 1,
        ["config.vcpu.Monitor"] = Limits.NoVcpu,
        ["config.vcpu.Guest"] = Limits.NoVcpu,
    };

    public static Region Vcpus { get; } = new("vcpu", VcpusAddress, Size(typeof(VcpuState)), Limits.Vcpus, Access.PerVcpu, Fields("vcpu", typeof(VcpuState)));

    public static Region Cpus { get; } = new("cpu", CpusAddress, Size(typeof(CpuState)), Limits.Cpus, Access.PerCpu, Fields("cpu", typeof(CpuState)));

    public static Region Stacks { get; } = new("stack", StacksAddress, StackSize, Limits.Cpus, Access.PerCpu,
        [new Field("stack", 0, CellBytes, StackSize / CellBytes, ~0UL)]);

    /// <summary>The machine's state (constant after boot) and the configuration.</summary>
    private static Region[] Constants { get; } =
    [
        new("machine", MachineAddress, Size(typeof(MachineState)), 1, Access.ReadOnly, Fields("machine", typeof(MachineState))),
        Part("config", 0, Offset(typeof(Config), nameof(Config.Cpus)), 1, typeof(Config)),
        Part("config.cpu", Offset(typeof(Config), nameof(Config.Cpus)), Size(typeof(CpuConfig)), Limits.Cpus, typeof(CpuConfig)),
        Part("config.partition", Offset(typeof(Config), nameof(Config.Partitions)), Size(typeof(PartitionConfig)), Limits.Partitions, typeof(PartitionConfig)),
        Part("config.vcpu", Offset(typeof(Config), nameof(Config.Vcpus)), Size(typeof(VcpuConfig)), Limits.Vcpus, typeof(VcpuConfig)),
        new("config.interrupt", Layout.Config + Offset(typeof(Config), nameof(Config.Interrupts)), CellBytes, Limits.Interrupts, Access.ReadOnly,
            [new Field("config.interrupt", 0, CellBytes, 1, ~0UL)]),
    ];

    public static Region[] Regions { get; } = [Vcpus, Cpus, Stacks, .. Constants];

    /// <summary>The redistributor of a CPU: RD_base and SGI_base.</summary>
    public static Device[] Devices { get; } = [new("redistributor", "config.cpu.Redistributor", 0x2_0000)];

    /// <summary>A field of the state or the configuration by its name, such as <c>vcpu.Pc</c>.</summary>
    public static Field Field(string name) => Regions.SelectMany(region => region.Fields).Single(field => field.Name == name);

    private static Region Part(string name, ulong offset, ulong stride, int count, Type type) =>
        new(name, Layout.Config + offset, stride, (ulong)count, Access.ReadOnly, Fields(name, type).Where(field => field.Offset < stride).ToArray());

    private static Field[] Fields(string name, Type type) => Members(type).SelectMany(member => Flat($"{name}.{member.Name}", member.Type, member.Offset)).ToArray();

    /// <summary>A member as fields: a word, an array of words, or an array of structures, one field for each of their words.</summary>
    private static IEnumerable<Field> Flat(string name, Type type, ulong offset)
    {
        Field Of(string field, ulong at, ulong stride, ulong count) => new(field, at, stride, count, Limited.GetValueOrDefault(field, ~0UL));
        if (type.GetCustomAttribute<InlineArrayAttribute>() is not { } array)
            return [Of(name, offset, CellBytes, 1)];
        Type element = type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public).Single().FieldType;
        ulong stride = Size(element);
        return stride == CellBytes ? [Of(name, offset, stride, (ulong)array.Length)]
            : Members(element).Select(member => Of($"{name}.{member.Name}", offset + member.Offset, stride, (ulong)array.Length));
    }

    private static ulong Offset(Type type, string member) => Members(type).Single(candidate => candidate.Name == member).Offset;

    private static IEnumerable<(string Name, Type Type, ulong Offset)> Members(Type type)
    {
        ulong next = 0;
        foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
        {
            ulong offset = field.GetCustomAttribute<FieldOffsetAttribute>() is { } at ? (ulong)at.Value : next;
            next = offset + Size(field.FieldType);
            yield return (field.Name, field.FieldType, offset);
        }
    }

    private static ulong Size(Type type) => (ulong)RuntimeHelpers.SizeOf(type.TypeHandle);
}
