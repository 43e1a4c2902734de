namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Time, and which vCPU runs.</summary>
    public sealed partial class Step
    {
        private const int LengthShift = 20;
        private const ulong TimerControl = Register.CntvCtlEl0 - Register.System, TimerCompare = Register.CntvCvalEl0 - Register.System;

        /// <summary>Ranks of the CPU that may run in its time slot: those of the slot, or those that use what is left if none of them is ready.</summary>
        public Word Candidates
        {
            get
            {
                CpuConfiguration configuration = Configuration.Cpu(Cpu.Index);
                Word own = Cpu.Ready & configuration.SlotMask[Cpu.Slot], rest = Cpu.Ready & configuration.SlotFallback[Cpu.Slot];
                return (own != 0).Choose(own, rest);
            }
        }

        /// <summary>
        /// Ends every entry to EL2: the ready vCPU of lowest rank among the candidates runs; none if there are no candidates.
        /// </summary>
        public void Schedule()
        {
            Word candidates = Candidates;
            if (candidates == 0)
                Rest();
            else
                Run(Cpu.VcpuOf(candidates.TrailingZeros));
        }

        /// <summary>No vCPU runs.</summary>
        public void Rest()
        {
            Charge(Entry.Later);
            Cpu.Idle = 1;
        }

        /// <summary>A vCPU runs. A guest gets the CPU's virtual timer and interrupt interface, which stay with it until another guest runs.</summary>
        public void Run(Word next)
        {
            if ((next != Cpu.Current) | (Cpu.Idle != 0))
            {
                Charge(Entry.Later);
                Cpu.Idle = 0;
            }
            if (next == Cpu.Current)
                return;
            if (!Configuration.PartitionOf(next).IsService & (Cpu.Resident != next))
            {
                Evict();
                State.Vcpu(next).Deadline = Never;
                Cpu.Resident = next;
            }
            Cpu.Current = next;
        }

        /// <summary>The vCPU that runs is charged for the time since the last change.</summary>
        public void Charge(Word now)
        {
            if ((Cpu.Idle == 0) & (Cpu.Current != Limits.NoVcpu))
                Self.Account[AccountItem.Runtime] += now - Cpu.Since;
            Cpu.Since = now;
        }

        /// <summary>The resident guest gives back the virtual timer. From now on the hypervisor's timer wakes it when its own would.</summary>
        public void Evict()
        {
            if (Cpu.Resident == Limits.NoVcpu)
                return;
            Vcpu guest = State.Vcpu(Cpu.Resident);
            // CNTV_CTL_EL0: ENABLE and not IMASK
            Word timer = ((guest.System[TimerControl] & 3) == 1).Choose(guest.System[TimerCompare], Never);
            Truth waits = guest.Lifecycle == Lifecycle.Waiting;
            guest.Deadline = (waits & (guest.Deadline < timer)).Choose(guest.Deadline, timer);
            State.When(waits, () => Arm(guest.Deadline));
            Cpu.Resident = Limits.NoVcpu;
        }

        /// <summary>The hypervisor's timer fired: vCPUs whose deadline has passed wake, the next time slot begins if it is due.</summary>
        public void Expire()
        {
            Word earliest = Never;
            for (ulong rank = 0; rank < Limits.VcpusPerCpu; rank++)
                earliest = Expire(State.Vcpu(Cpu.VcpuOf(rank)), earliest);
            Advance();
            Rearm(earliest);
        }

        /// <summary>The hypervisor's timer fires next at a time, or when the time slot ends.</summary>
        public void Rearm(Word earliest)
        {
            Cpu.Alarm = Never;
            Arm((earliest < Cpu.SlotEnd).Choose(earliest, Cpu.SlotEnd));
        }

        /// <summary>Wakes a vCPU if its deadline has passed. Returns the earlier of a time and its deadline, if that is still to come.</summary>
        public Word Expire(Vcpu vcpu, Word earliest)
        {
            Truth waits = vcpu.Lifecycle == Lifecycle.Waiting, due = vcpu.Deadline <= Entry.Now;
            State.When(waits & due, () => Wake(vcpu));
            return (waits & !due & (vcpu.Deadline < earliest)).Choose(vcpu.Deadline, earliest);
        }

        /// <summary>The next time slot, if this one is over: from its end on, or from now on if that would be over too.</summary>
        public void Advance()
        {
            if (Entry.Now < Cpu.SlotEnd)
                return;
            Word next = (Cpu.Slot + 1 < Configuration.Cpu(Cpu.Index).SlotCount).Choose(Cpu.Slot + 1, 0);
            Cpu.Slot = next;
            Word due = SlotEndAfter(Cpu.SlotEnd);
            Cpu.SlotEnd = (due <= Entry.Now).Choose(SlotEndAfter(Entry.Now), due);
        }

        private Word SlotEndAfter(Word start)
        {
            Word length = Configuration.Cpu(Cpu.Index).SlotLength[Cpu.Slot];
            return (length == 0).Choose(Never, start + ((length * Configuration.Frequency) >> LengthShift));
        }
    }
}
