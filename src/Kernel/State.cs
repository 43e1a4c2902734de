using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>The root of all state and the configuration, at fixed addresses (link.ld reserves the memory). Indices are masked here and nowhere else.</summary>
public static unsafe class State
{
    private const ulong Vcpus = 0x4042_0000;
    private const ulong Cpus = 0x4046_0000;
    private const ulong Machine = 0x4046_1000;
    private const int VcpuShift = 11;
    private const int RankShift = 4;

    /// <summary>The vCPU of that index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref VcpuState Vcpu(ulong index) => ref ((VcpuState*)Vcpus)[index & (Limits.Vcpus - 1)];

    /// <summary>The CPU of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref CpuState Cpu(ulong number) => ref ((CpuState*)Cpus)[number & (Limits.Cpus - 1)];

    /// <summary>What was found out at boot and is constant since.</summary>
    public static ref MachineState Found => ref *(MachineState*)Machine;

    /// <summary>The configuration.</summary>
    public static ref Config Config => ref *(Config*)Layout.Config;

    /// <summary>Configuration of the vCPU of that index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref VcpuConfig VcpuConfig(ulong index) =>
        ref ((VcpuConfig*)(Layout.Config + Abi.Config.VcpusOffset))[index & (Limits.Vcpus - 1)];

    /// <summary>Configuration of the partition of that index.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref PartitionConfig Partition(ulong index) =>
        ref ((PartitionConfig*)(Layout.Config + Abi.Config.PartitionsOffset))[index & (Limits.Partitions - 1)];

    /// <summary>Configuration of the partition that a vCPU belongs to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref PartitionConfig PartitionOf(ulong vcpu) => ref Partition(VcpuConfig(vcpu).Partition);

    /// <summary>Configuration of the CPU of that number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ref CpuConfig CpuConfig(ulong number) =>
        ref ((CpuConfig*)(Layout.Config + Abi.Config.CpusOffset))[number & (Limits.Cpus - 1)];

    /// <summary>The CPU that a vCPU is pinned to.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong CpuOf(ulong vcpu) => vcpu >> RankShift;

    /// <summary>Bit of a vCPU in its CPU's rank masks.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong RankBit(ulong vcpu) => 1UL << (int)(vcpu & (Limits.VcpusPerCpu - 1));

    /// <summary>Index of the vCPU of that rank on a CPU.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong IndexOf(ulong cpu, ulong rank) => (cpu << RankShift) | (rank & (Limits.VcpusPerCpu - 1));

    /// <summary>Index of the vCPU whose state stands there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong IndexOf(ref VcpuState vcpu) => (AddressOf(ref vcpu) - Vcpus) >> VcpuShift;

    /// <summary>Address of a vCPU's state, as TPIDR_EL2 holds it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong AddressOf(ref VcpuState vcpu) => (ulong)Unsafe.AsPointer(ref vcpu);
}
