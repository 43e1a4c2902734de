namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Waiting, and what ends it.</summary>
    public sealed partial class Step
    {
        /// <summary>No time: later than every counter value.</summary>
        public const ulong Never = ~0UL;

        /// <summary>A vCPU of this CPU is ready.</summary>
        private void MakeReady(Vcpu vcpu)
        {
            vcpu.Lifecycle = Lifecycle.Ready;
            Cpu.Ready |= vcpu.RankBit;
        }

        /// <summary>A vCPU of this CPU is not ready.</summary>
        private void Block(Vcpu vcpu, ulong lifecycle)
        {
            vcpu.Lifecycle = lifecycle;
            Cpu.Ready &= ~vcpu.RankBit;
        }

        /// <summary>A vCPU waits in a call, unless there is something to return at once.</summary>
        public void WaitInCall(Vcpu vcpu, Word deadline)
        {
            if ((vcpu.Events != 0) | HasFault(vcpu) | IsDeliverable(vcpu))
            {
                Return(vcpu);
                return;
            }
            vcpu.Calling = 1;
            vcpu.Deadline = deadline;
            Block(vcpu, Lifecycle.Waiting);
            Arm(deadline);
        }

        /// <summary>A vCPU waits for a virtual interrupt, unless one is pending.</summary>
        public void WaitForInterrupt(Vcpu vcpu)
        {
            if (IsDeliverable(vcpu))
                return;
            vcpu.Deadline = IsResident(vcpu).Choose(Never, vcpu.Deadline);
            Block(vcpu, Lifecycle.Waiting);
            Arm(vcpu.Deadline);
        }

        /// <summary>Waiting ends; a call returns the events. There is no fault to tell: one would have ended the waiting before.</summary>
        public void Wake(Vcpu vcpu)
        {
            State.When(vcpu.Calling != 0, () =>
            {
                vcpu.Calling = 0;
                ReturnEvents(vcpu);
                vcpu.X[2] = FaultKind.None;
            });
            MakeReady(vcpu);
        }

        /// <summary>Waiting in a call ends with the fault of the vCPU that the caller serves.</summary>
        private void WakeByFault(Vcpu vcpu, Vcpu guest)
        {
            vcpu.Calling = 0;
            ReturnEvents(vcpu);
            Tell(vcpu, guest);
            MakeReady(vcpu);
        }

        /// <summary>The hypervisor's timer fires no later than at this time.</summary>
        private void Arm(Word time) => Cpu.Alarm = (time < Cpu.Alarm).Choose(time, Cpu.Alarm);

        /// <summary>Whether the vCPU serves another whose fault it was not told of.</summary>
        private Truth HasFault(Vcpu vcpu)
        {
            VcpuConfiguration configuration = Configuration.Vcpu(vcpu.Index);
            return configuration.HasGuest && State.Vcpu(configuration.Guest).Fault != FaultKind.None;
        }

        /// <summary>A call that waited returns: the events, and the fault of the vCPU that the caller serves.</summary>
        private void Return(Vcpu vcpu)
        {
            ReturnEvents(vcpu);
            if (HasFault(vcpu))
                Tell(vcpu, State.Vcpu(Configuration.Vcpu(vcpu.Index).Guest));
            else
                vcpu.X[2] = FaultKind.None;
        }

        private static void ReturnEvents(Vcpu vcpu)
        {
            vcpu.X[0] = Status.Ok;
            vcpu.X[1] = vcpu.Events;
            vcpu.Events = 0;
        }

        private static void Tell(Vcpu vcpu, Vcpu guest)
        {
            vcpu.X[2] = guest.Fault;
            vcpu.X[3] = guest.Syndrome.Value;
            vcpu.X[4] = guest.Ipa;
            if (guest.Fault == FaultKind.Data)
            {
                vcpu.X[5] = Read(guest, guest.Syndrome.Transfer);
            }
            else
            {
                for (ulong n = 0; n < 4; n++)
                    vcpu.X[5 + n] = guest.X[n];
            }
            vcpu.X[9] = guest.Pc;
            guest.Fault = FaultKind.None;
            guest.Ipa = 0;
        }

        /// <summary>A general register as an instruction names it: 31 reads as zero.</summary>
        private static Word Read(Vcpu vcpu, Word number) => number == 31 ? 0 : vcpu.X[number];
    }
}
