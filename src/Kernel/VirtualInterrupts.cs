using System.Numerics;
using System.Runtime.CompilerServices;
using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>
/// Virtual interrupts of a guest. The words Enabled, Pending and Line are the truth; list registers hold what was announced to the guest.
/// An interrupt stands in at most one list register, and its latch is cleared when it enters one. The functions work on memory; for the
/// resident guest they bring the registers there and back.
/// </summary>
internal static class VirtualInterrupts
{
    // ICH_HCR_EL2: En, UIE (IHI0069, 12.4.7)
    private const ulong Enable = 1, UnderflowInterrupt = 2;

    /// <summary>ICH_HCR_EL2 of a guest for which nothing waits.</summary>
    public const ulong ResetHcr = Enable;

    /// <summary>Latches interrupts of a vCPU of this CPU, one bit each.</summary>
    public static void Pend(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong bits)
    {
        vcpu.Pending |= bits;
        Refresh(ref cpu, ref vcpu, index);
    }

    /// <summary>Announces what can be announced, after any change, and wakes the vCPU if it waits for that.</summary>
    public static void Refresh(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        Collect(ref cpu, ref vcpu, index);
        Announce(ref cpu, ref vcpu, index);
    }

    /// <summary>The vCPU waits for an interrupt, unless one is there.</summary>
    public static void Wait(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (IsDeliverable(ref cpu, ref vcpu, index))
        {
            return;
        }
        if (cpu.Resident == index)
        {
            vcpu.Deadline = Scheduler.Never;
        }
        Scheduler.Block(ref cpu, ref vcpu, index, Lifecycle.Waiting);
        Timers.Arm(ref cpu, vcpu.Deadline);
    }

    /// <summary>Whether an enabled interrupt is pending. Nothing is while none is enabled.</summary>
    public static bool IsDeliverable(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (vcpu.Enabled == 0)
        {
            return false;
        }
        Collect(ref cpu, ref vcpu, index);
        return IsDeliverable(ref vcpu);
    }

    /// <summary>Changes a field under a mask, as <see cref="Call.WriteVirtual"/> says.</summary>
    public static ulong Write(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong field, ulong mask, ulong value)
    {
        if (field >= VirtualField.Count)
        {
            return Status.BadArgument;
        }
        Collect(ref cpu, ref vcpu, index);
        ulong cleared = mask & ~value;
        ulong software = mask & ~vcpu.Hardware;
        switch (field)
        {
            case VirtualField.Enabled:
                vcpu.Enabled = (vcpu.Enabled & ~mask) | (value & mask);
                vcpu.Pending |= Retract(ref vcpu, cleared) & vcpu.Latched;
                break;
            case VirtualField.Pending:
                vcpu.Pending = (vcpu.Pending & ~software) | (value & software);
                Retract(ref vcpu, cleared & software);
                break;
            case VirtualField.Line:
                vcpu.Line = (vcpu.Line & ~software) | (value & software);
                Retract(ref vcpu, cleared & software & ~vcpu.Latched);
                break;
            default:
                Deactivate(ref vcpu, cleared, cpu.Resident == index);
                break;
        }
        Announce(ref cpu, ref vcpu, index);
        return Status.Ok;
    }

    /// <summary>Reads a field, as <see cref="Call.ReadVirtual"/> says.</summary>
    public static ulong Read(ref CpuState cpu, ref VcpuState vcpu, ulong index, ulong field)
    {
        Collect(ref cpu, ref vcpu, index);
        ulong pending = vcpu.Pending | vcpu.Line;
        ulong active = 0;
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            ListRegister list = vcpu.Lists[i];
            pending |= list.IsPending ? list.Bit : 0;
            active |= list.IsActive ? list.Bit : 0;
        }
        return field switch
        {
            VirtualField.Enabled => vcpu.Enabled,
            VirtualField.Pending => pending,
            VirtualField.Line => vcpu.Line,
            _ => active,
        };
    }

    /// <summary>Brings the list registers to memory if they are loaded.</summary>
    private static void Collect(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        if (cpu.Resident == index)
        {
            Context.SaveLists(ref vcpu);
        }
    }

    private static bool IsDeliverable(ref VcpuState vcpu)
    {
        bool pending = (vcpu.Enabled & (vcpu.Pending | vcpu.Line)) != 0;
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            pending |= vcpu.Lists[i].IsPending;
        }
        return pending;
    }

    /// <summary>Moves pending interrupts to list registers, loads these if the vCPU is resident, and wakes the vCPU if it waits.</summary>
    private static void Announce(ref CpuState cpu, ref VcpuState vcpu, ulong index)
    {
        ulong present = Merge(ref vcpu);
        ulong waiting = vcpu.Enabled & (vcpu.Pending | vcpu.Line) & ~present;
        for (int i = 0; i < Limits.ListRegisters && waiting != 0; i++)
        {
            if (vcpu.Lists[i].IsFree)
            {
                int intid = BitOperations.TrailingZeroCount(waiting);
                ulong bit = 1UL << intid;
                ListRegister list = vcpu.Templates[intid & (Limits.VirtualInterrupts - 1)].Pended();
                vcpu.Lists[i] = (vcpu.Line & bit) != 0 ? list.WithEnd() : list;
                vcpu.Latched = (vcpu.Latched & ~bit) | (vcpu.Pending & bit);
                vcpu.Pending &= ~bit;
                waiting &= ~bit;
            }
        }
        vcpu.Hcr = waiting != 0 ? Enable | UnderflowInterrupt : Enable;
        if (cpu.Resident == index)
        {
            Context.LoadLists(ref vcpu);
        }
        if (vcpu.Lifecycle == Lifecycle.Waiting && vcpu.Enabled != 0 && IsDeliverable(ref vcpu))
        {
            Events.Wake(ref cpu, ref vcpu, index);
        }
    }

    /// <summary>
    /// An interrupt that is active and arrives again becomes pending and active; the end of one whose line is 1 will be announced.
    /// Free list registers are cleared. Returns the interrupts in the others.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Merge(ref VcpuState vcpu)
    {
        ulong present = 0;
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            ListRegister list = vcpu.Lists[i];
            if (list.IsFree)
            {
                vcpu.Lists[i] = new ListRegister(0);
                continue;
            }
            present |= list.Bit;
            if ((list.Bit & vcpu.Line) != 0)
            {
                list = list.WithEnd();
            }
            if ((list.Bit & vcpu.Pending & vcpu.Enabled) != 0 && !list.IsHardware)
            {
                list = list.Pended();
                vcpu.Latched |= list.Bit;
                vcpu.Pending &= ~list.Bit;
            }
            vcpu.Lists[i] = list;
        }
        return present;
    }

    /// <summary>Takes the pending state of interrupts from the list registers; returns which had it.</summary>
    private static ulong Retract(ref VcpuState vcpu, ulong bits)
    {
        ulong retracted = 0;
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            ListRegister list = vcpu.Lists[i];
            if (list.IsPending && (list.Bit & bits) != 0)
            {
                vcpu.Lists[i] = list.Retracted();
                retracted |= list.Bit;
            }
        }
        return retracted;
    }

    /// <summary>Ends the active state. The CPU's timer interrupt is the resident guest's; the state of the others' is in memory.</summary>
    private static void Deactivate(ref VcpuState vcpu, ulong bits, bool resident)
    {
        for (int i = 0; i < Limits.ListRegisters; i++)
        {
            ListRegister list = vcpu.Lists[i];
            if (list.IsActive && (list.Bit & bits) != 0)
            {
                vcpu.Lists[i] = list.Deactivated();
                if (list.IsHardware && !resident && list.Physical == Interrupts.VirtualTimer)
                {
                    vcpu.TimerActive = 0;
                }
                else if (list.IsHardware)
                {
                    Cpu.Deactivate(list.Physical);
                }
            }
        }
    }
}
