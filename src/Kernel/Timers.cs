using Redoubt.Abi;

namespace Redoubt.Kernel;

/// <summary>
/// The virtual timer of guests and the hypervisor's own. A resident guest has the real virtual timer; for the others, and for services
/// that wait with a deadline, the hypervisor's timer is set to the earliest deadline or the end of the time slot.
/// </summary>
internal static class Timers
{
    // CNTV_CTL_EL0: ENABLE, IMASK (Arm ARM D19.12)
    private const ulong ControlMask = 3, Enabled = 1;

    /// <summary>Takes the virtual timer, and the state of its interrupt, from the CPU.</summary>
    public static void Save(ref CpuState cpu, ref VcpuState vcpu)
    {
        Context.SaveTimer(ref vcpu);
        vcpu.TimerActive = Gic.TakeTimerActive(cpu.Number);
        ulong control = vcpu.System[(int)(Register.CntvCtlEl0 - Register.System)];
        ulong timer = (control & ControlMask) == Enabled ? vcpu.System[(int)(Register.CntvCvalEl0 - Register.System)] : Scheduler.Never;
        if (vcpu.Lifecycle == Lifecycle.Waiting)
        {
            vcpu.Deadline = timer < vcpu.Deadline ? timer : vcpu.Deadline;
            Arm(ref cpu, vcpu.Deadline);
        }
        else
        {
            vcpu.Deadline = timer;
        }
    }

    /// <summary>Gives the virtual timer to a guest.</summary>
    public static void Load(ref CpuState cpu, ref VcpuState vcpu)
    {
        vcpu.Deadline = Scheduler.Never;
        if (vcpu.TimerActive != 0)
        {
            Gic.SetTimerActive(cpu.Number);
        }
        Context.LoadTimer(ref vcpu);
    }

    /// <summary>The hypervisor's timer fires no later than at this counter value.</summary>
    public static void Arm(ref CpuState cpu, ulong time)
    {
        if (time < cpu.Alarm)
        {
            cpu.Alarm = time;
            Cpu.SetAlarm(time);
        }
    }

    /// <summary>The hypervisor's timer fired: wakes the vCPUs whose deadline has passed, moves on in the schedule, sets the timer anew.</summary>
    public static void Expire(ref CpuState cpu)
    {
        ulong now = Cpu.Time();
        ulong earliest = Scheduler.Never;
        for (ulong rank = 0; rank < Limits.VcpusPerCpu; rank++)
        {
            ulong index = State.IndexOf(cpu.Number, rank);
            ref VcpuState vcpu = ref State.Vcpu(index);
            if (vcpu.Lifecycle != Lifecycle.Waiting)
            {
                continue;
            }
            if (vcpu.Deadline <= now)
            {
                Events.Wake(ref cpu, ref vcpu, index);
            }
            else if (vcpu.Deadline < earliest)
            {
                earliest = vcpu.Deadline;
            }
        }
        Scheduler.Advance(ref cpu, now);
        cpu.Alarm = Scheduler.Never;
        Cpu.ClearAlarm();
        Arm(ref cpu, earliest < cpu.SlotEnd ? earliest : cpu.SlotEnd);
    }
}
