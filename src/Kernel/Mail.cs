using System.Numerics;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>Events and virtual interrupts for any vCPU. For one of another CPU they go through its inbox, the only words that CPUs share.</summary>
internal static class Mail
{
    /// <summary>Sends what a capability or interrupt word of kind Event or Virtual names.</summary>
    public static void Deliver(ref CpuState cpu, ulong index, ulong sink)
    {
        ulong bit = 1UL << (int)(Capability.Number(sink) & (Limits.VirtualInterrupts - 1));
        if (Capability.Kind(sink) == Capability.Event)
        {
            Send(ref cpu, index, bit, 0);
        }
        else
        {
            Send(ref cpu, index, 0, bit);
        }
    }

    /// <summary>Sends event bits and virtual interrupts to a vCPU.</summary>
    public static void Send(ref CpuState cpu, ulong index, ulong events, ulong interrupts)
    {
        if (State.CpuOf(index) == cpu.Number)
        {
            Arrive(ref cpu, ref State.Vcpu(index), index, events, interrupts);
        }
        else
        {
            Leave(index, events, interrupts);
        }
    }

    /// <summary>Leaves event bits and virtual interrupts in the inbox of a vCPU, of whatever CPU, whose CPU takes them by an interrupt.</summary>
    public static void Leave(ulong index, ulong events, ulong interrupts)
    {
        ref VcpuState vcpu = ref State.Vcpu(index);
        ulong owner = State.CpuOf(index);
        if (events != 0)
        {
            Cpu.AtomicOr(ref vcpu.InboxEvents, events);
        }
        if (interrupts != 0)
        {
            Cpu.AtomicOr(ref vcpu.InboxVirtual, interrupts);
        }
        // A CPU with mail was already told: its inbox is not empty before it took all, or was told again.
        if (Cpu.AtomicOr(ref State.Cpu(owner).Inbox, State.RankBit(index)) == 0)
        {
            Gic.Announce(owner);
        }
    }

    /// <summary>Takes the mail of one vCPU; if there is more, another interrupt follows.</summary>
    public static void Take(ref CpuState cpu)
    {
        ulong ranks = Cpu.AtomicClearLowest(ref cpu.Inbox);
        if (ranks == 0)
        {
            return;
        }
        ulong index = State.IndexOf(cpu.Number, (ulong)BitOperations.TrailingZeroCount(ranks));
        ref VcpuState vcpu = ref State.Vcpu(index);
        ulong events = Cpu.AtomicClear(ref vcpu.InboxEvents, ~0UL);
        ulong interrupts = Cpu.AtomicClear(ref vcpu.InboxVirtual, ~0UL);
        Arrive(ref cpu, ref vcpu, index, events, interrupts);
        if ((ranks & ~State.RankBit(index)) != 0)
        {
            Gic.Announce(cpu.Number);
        }
    }

    private static void Arrive(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong events, ulong interrupts)
    {
        if (vcpu.Lifecycle == Lifecycle.Off)
        {
            return;
        }
        if (interrupts != 0)
        {
            VirtualInterrupts.Pend(ref cpu, ref vcpu, index, interrupts);
        }
        if (events != 0)
        {
            Events.Post(ref cpu, ref vcpu, index, events);
        }
    }
}
