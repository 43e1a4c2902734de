using System.Runtime.InteropServices;
using Redoubt.Abi;

namespace Redoubt.Image;

/// <summary>Writes the kernel's configuration.</summary>
internal static class ConfigWriter
{
    /// <summary>VTTBR_EL2.VMID.</summary>
    private const int VmidShift = 48;

    public static byte[] Write(
        Board board,
        Topology topology,
        Wiring wiring,
        IReadOnlyList<IReadOnlyList<SlotConfig>> schedules,
        ulong kernelTables,
        Func<Partition, ulong> tables)
    {
        byte[] bytes = new byte[Layout.ConfigSize];
        ref Config config = ref MemoryMarshal.AsRef<Config>(bytes.AsSpan());
        config.Magic = Config.MagicValue;
        config.CpuCount = (ulong)topology.Cpus.Count;
        config.Distributor = board.Distributor;
        config.KernelTables = kernelTables;
        Clear(ref config);
        for (int i = 0; i < topology.Cpus.Count; i++)
            WriteCpu(ref config.Cpus[i], board, i, schedules[i]);
        for (int i = 0; i < topology.Partitions.Count; i++)
            WritePartition(ref config.Partitions[i], topology.Partitions[i], tables(topology.Partitions[i]));
        foreach (Vcpu vcpu in topology.Cpus.SelectMany(cpu => cpu))
            WriteVcpu(ref config.Vcpus[(int)vcpu.Index], vcpu);
        foreach (DeviceGrant grant in wiring.Devices)
        {
            foreach (int intid in grant.Device.Interrupts)
                config.Interrupts[intid] = Route(grant, intid);
        }

        if (wiring.DmaFaults is { } faults)
            config.Interrupts[faults.Smmu.Interrupt] = Capability.Pack(Capability.Event, faults.Reader.Vcpus[0].Index, faults.EventBit);
        return bytes;
    }

    /// <summary>No index names a vCPU, in what is not in use either: so rules about indices have no exception.</summary>
    private static void Clear(ref Config config)
    {
        for (int i = 0; i < Limits.Vcpus; i++)
            config.Vcpus[i].Monitor = config.Vcpus[i].Guest = Limits.NoVcpu;
        for (int i = 0; i < Limits.Partitions; i++)
            ((Span<ulong>)config.Partitions[i].Vcpus).Fill(Limits.NoVcpu);
    }

    private static void WriteCpu(ref CpuConfig cpu, Board board, int number, IReadOnlyList<SlotConfig> slots)
    {
        cpu.Mpidr = (ulong)number;
        cpu.Redistributor = board.Redistributors + (ulong)number * Board.RedistributorStride;
        cpu.SlotCount = (ulong)slots.Count;
        for (int i = 0; i < slots.Count; i++)
            cpu.Slots[i] = slots[i];
    }

    private static void WritePartition(ref PartitionConfig config, Partition partition, ulong tables)
    {
        config.Vttbr = tables | partition.Vmid << VmidShift;
        config.Flags = partition.IsService ? PartitionFlags.Service : partition.Kind == PartitionKind.Bare ? PartitionFlags.DefaultCacheable : 0;
        config.VcpuCount = (ulong)partition.Vcpus.Count;
        for (int i = 0; i < partition.Vcpus.Count; i++)
            config.Vcpus[i] = partition.Vcpus[i].Index;
        for (int i = 0; i < partition.Capabilities.Count; i++)
            config.Capabilities[i] = partition.Capabilities[i];
    }

    /// <summary>A guest's vCPUs are started by its monitor, all others at boot.</summary>
    private static void WriteVcpu(ref VcpuConfig config, Vcpu vcpu)
    {
        Partition partition = vcpu.Partition;
        config.Used = 1;
        config.Partition = (ulong)partition.Index;
        config.Number = (ulong)vcpu.Number;
        config.Monitor = partition.Monitor?.Vcpus[vcpu.Number].Index ?? Limits.NoVcpu;
        config.Guest = partition.Guest?.Vcpus[vcpu.Number].Index ?? Limits.NoVcpu;
        config.Autostart = partition.Kind == PartitionKind.Guest ? 0UL : 1;
        config.Entry = partition.Entry;
        config.Context = partition.Context;
    }

    /// <summary>A guest gets a device's interrupt as its own, a bare partition as an event.</summary>
    private static ulong Route(DeviceGrant grant, int intid)
    {
        ulong vcpu = grant.Owner.Vcpus[0].Index;
        return grant.Owner.Kind == PartitionKind.Guest
            ? Capability.Pack(Capability.Virtual, vcpu, (ulong)intid)
            : Capability.Pack(Capability.Event, vcpu, grant.EventBit);
    }
}
