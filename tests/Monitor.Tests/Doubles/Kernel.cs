using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>A kernel that keeps the words it is told, for vCPU slots from <see cref="FirstSlot"/>.</summary>
internal static class Kernel
{
    internal const ulong Never = ~0UL;

    internal const ulong FirstSlot = 4;

    [ThreadStatic]
    private static KernelState? t_state;

    /// <summary>What the kernel knows; each test's thread has its own.</summary>
    internal static KernelState State => t_state ??= new();

    internal static ulong Counter => State.Counter++;

    internal static void Restart() => t_state = new();

    internal static void Discover(out ulong version, out ulong partition, out ulong vcpu, out ulong frequency) =>
        (version, partition, vcpu, frequency) = (Call.Version, 0, 0, 1 << 20);

    internal static void Wait(ulong deadline, out Arrival arrival)
    {
        arrival = default;
        State.OnWait();
    }

    internal static ulong Notify(ulong slot)
    {
        State.Notified.Add(slot);
        return Status.Ok;
    }

    internal static ulong Acknowledge(ulong slot)
    {
        State.Acknowledged.Add(slot);
        return Status.Ok;
    }

    internal static ulong ReadRegister(ulong slot, ulong register, out ulong value)
    {
        value = 0x1111_0000 + register;
        return Status.Ok;
    }

    internal static ulong Account(ulong slot, ulong item, out ulong value)
    {
        value = 1000 + item;
        return Status.Ok;
    }

    internal static ulong Start(ulong slot, ulong entry, ulong context)
    {
        VcpuState vcpu = State.Vcpus[slot - FirstSlot];
        Assert.False(vcpu.IsOn);
        (vcpu.IsOn, vcpu.Entry, vcpu.Context) = (true, entry, context);
        vcpu.Words.AsSpan().Clear();
        vcpu.Starts++;
        return Status.Ok;
    }

    internal static ulong Stop(ulong slot)
    {
        State.Vcpus[slot - FirstSlot].IsOn = false;
        return Status.Ok;
    }

    internal static ulong WriteVirtual(ulong slot, ulong field, ulong mask, ulong value)
    {
        VcpuState vcpu = State.Vcpus[slot - FirstSlot];
        Assert.True(vcpu.IsOn);
        ref ulong word = ref vcpu.Words[field];
        word = (word & ~mask) | (value & mask & (field == VirtualField.Active ? word : ~0UL));
        return Status.Ok;
    }

    internal static ulong ReadVirtual(ulong slot, ulong field, out ulong value)
    {
        ulong[] words = State.Vcpus[slot - FirstSlot].Words;
        value = words[field] | (field == VirtualField.Pending ? words[VirtualField.Line] : 0);
        return Status.Ok;
    }

    internal static ulong SetPriority(ulong slot, ulong interrupt, ulong priority)
    {
        State.Vcpus[slot - FirstSlot].Priorities[interrupt] = priority;
        return Status.Ok;
    }
}

internal sealed class KernelState
{
    internal ulong Counter { get; set; }

    internal Action OnWait { get; set; } = () => Assert.Fail("nothing would end this wait");

    internal List<ulong> Notified { get; } = [];

    internal List<ulong> Acknowledged { get; } = [];

    internal VcpuState[] Vcpus { get; } = [.. Enumerable.Range(0, Limits.VcpusPerPartition).Select(_ => new VcpuState())];
}

internal sealed class VcpuState
{
    internal bool IsOn { get; set; }

    internal ulong Entry { get; set; }

    internal ulong Context { get; set; }

    internal int Starts { get; set; }

    internal ulong[] Words { get; } = new ulong[VirtualField.Count];

    internal ulong[] Priorities { get; } = new ulong[Limits.VirtualInterrupts];
}
