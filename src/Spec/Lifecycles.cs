namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Start and stop of a vCPU.</summary>
    public sealed partial class Step
    {
        // SCTLR_EL1 after reset and while a service runs, CNTKCTL_EL1 while a service runs, PSTATE at start
        private const ulong GuestSctlr = 0x30d0_0800,
            ServiceSctlr = GuestSctlr | (1 << 26) | (1 << 18) | (1 << 16) | (1 << 15) | (1 << 12) | (1 << 2),
            ServiceCntkctl = 1 << 1, GuestPstate = 0x3c5, ServicePstate = 0x3c0;

        /// <summary>A vCPU of this CPU takes reset values and is ready.</summary>
        public void Start(Vcpu vcpu, Word entry, Word context)
        {
            ReleaseInterrupts(vcpu);
            Reset(vcpu);
            vcpu.Pc = entry;
            vcpu.X[0] = context;
            vcpu.X[1] = Configuration.Vcpu(vcpu.Index).Number;
            MakeReady(vcpu);
        }

        /// <summary>A vCPU of this CPU is off, and what was sent to it is gone.</summary>
        public void Stop(Vcpu vcpu)
        {
            if (IsResident(vcpu))
                Evict();
            Block(vcpu, Lifecycle.Off);
            ResetInterrupts(vcpu);
            Forget(vcpu);
            vcpu.Calling = 0;
            vcpu.InboxEvents = 0;
            vcpu.InboxVirtual = 0;
        }

        /// <summary>The physical interrupts of a vCPU's devices can fire again.</summary>
        private void ReleaseInterrupts(Vcpu vcpu)
        {
            for (ulong i = 0; i < Limits.VirtualInterrupts; i++)
            {
                List template = vcpu.Templates[i];
                State.When(template.IsHardware & (template.Physical >= FirstShared), () => State.Active[template.Physical] = 0);
            }
        }

        /// <summary>No virtual interrupt is enabled, pending or announced; all have the lowest priority.</summary>
        private void ResetInterrupts(Vcpu vcpu)
        {
            for (ulong i = 0; i < Limits.VirtualInterrupts; i++)
                vcpu.Templates[i] = vcpu.Templates[i].WithPriority(List.LowestPriority);
            Clear(vcpu, StateFields.Lists, StateFields.Enabled, StateFields.Pending, StateFields.Line, StateFields.Latched);
        }

        private void Reset(Vcpu vcpu)
        {
            ResetInterrupts(vcpu);
            Clear(vcpu, StateFields.X, StateFields.System, StateFields.Vectors, StateFields.Float, StateFields.Interface, StateFields.Events, StateFields.TimerActive);
            Truth service = Configuration.PartitionOf(vcpu.Index).IsService;
            vcpu.Control = ResetControl;
            vcpu.Deadline = Never;
            vcpu.Pstate = service.Choose(ServicePstate, GuestPstate);
            vcpu.System[Register.SctlrEl1 - Register.System] = service.Choose(ServiceSctlr, GuestSctlr);
            vcpu.System[Register.CntkctlEl1 - Register.System] = service.Choose(ServiceCntkctl, 0);
        }

        private void Clear(Vcpu vcpu, params ReadOnlySpan<Field> fields)
        {
            foreach (Field field in fields)
            {
                for (ulong column = 0; column < (ulong)field.Columns; column++)
                    State.Row(field, vcpu.Index)[column] = 0;
            }
        }
    }
}
