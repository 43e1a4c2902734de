namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Events and virtual interrupts on their way to a vCPU.</summary>
    public sealed partial class Step
    {
        /// <summary>Sends what a capability or the configuration of a physical interrupt names.</summary>
        public void Deliver(Capability sink)
        {
            Word bit = Word.One(sink.Number & (Limits.VirtualInterrupts - 1));
            if (sink.Kind == Abi.Capability.Event)
                Send(State.Vcpu(sink.Target), bit, 0);
            else
                Send(State.Vcpu(sink.Target), 0, bit);
        }

        /// <summary>Sends events and virtual interrupts to a vCPU: at once to one of this CPU, to any other by its inbox.</summary>
        public void Send(Vcpu vcpu, Word events, Word interrupts)
        {
            if (vcpu.Cpu == Cpu.Index)
                Arrive(vcpu, events, interrupts);
            else
                Leave(vcpu, events, interrupts);
        }

        /// <summary>Leaves events and virtual interrupts in the inbox of a vCPU. Its CPU is told if its own inbox was empty.</summary>
        private void Leave(Vcpu vcpu, Word events, Word interrupts)
        {
            Cpu owner = State.Cpu(vcpu.Cpu);
            vcpu.InboxEvents |= events;
            vcpu.InboxVirtual |= interrupts;
            owner.Announced = (owner.Inbox == 0).Choose(1, owner.Announced);
            owner.Inbox |= vcpu.RankBit;
        }

        /// <summary>Takes what was sent to the vCPU of lowest rank; if there is more, another interrupt follows.</summary>
        public void TakeMail()
        {
            Cpu.Announced = 0;
            if (Cpu.Inbox == 0)
                return;
            Vcpu vcpu = State.Vcpu(Cpu.VcpuOf(Cpu.Inbox.TrailingZeros));
            Word events = vcpu.InboxEvents, interrupts = vcpu.InboxVirtual;
            vcpu.InboxEvents = 0;
            vcpu.InboxVirtual = 0;
            Cpu.Inbox &= ~vcpu.RankBit;
            Cpu.Announced = (Cpu.Inbox != 0).Choose(1, 0);
            Arrive(vcpu, events, interrupts);
        }

        /// <summary>Events and virtual interrupts are there; a vCPU that is off takes none.</summary>
        private void Arrive(Vcpu vcpu, Word events, Word interrupts) => State.When(vcpu.Lifecycle != Lifecycle.Off, () =>
        {
            State.When(interrupts != 0, () => Pend(vcpu, interrupts));
            State.When(events != 0, () => Post(vcpu, events));
        });

        private void Post(Vcpu vcpu, Word events)
        {
            vcpu.Events |= events;
            State.When(vcpu.Calling != 0, () => Wake(vcpu));
        }
    }
}
