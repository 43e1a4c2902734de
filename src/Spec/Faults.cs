namespace Redoubt.Spec;

public static partial class Specification<T>
{
    /// <summary>Faults, and how a faulted vCPU goes on.</summary>
    public sealed partial class Step
    {
        // ESR_EL1 of what is injected: IL; classes of aborts from a lower level, one more from the same; external abort (DFSC, IFSC)
        private const ulong Il = 1 << 25, InstructionAbort = 0x20UL << 26, DataAbort = 0x24UL << 26, SameLevel = 1UL << 26, External = 0x10;

        // PSTATE: mode; value on entry to EL1h
        private const ulong ModeMask = 0xf, EntryPstate = 0x3c5;
        private const int SpanBit = 23;

        /// <summary>The vCPU that runs stops by a fault, of which its monitor is told. A guest without a monitor takes it as an exception of its own.</summary>
        public void Raise(ulong kind)
        {
            Vcpu vcpu = Self;
            VcpuConfiguration configuration = Configuration.Vcpu(vcpu.Index);
            vcpu.Account[AccountItem.Faults] += 1;
            if (kind is FaultKind.Data or FaultKind.Instruction)
                vcpu.Address = Entry.Address;
            if (!configuration.HasMonitor & !IsService)
            {
                Reflect(kind);
                return;
            }
            vcpu.Fault = kind;
            vcpu.Syndrome = Entry.Syndrome;
            vcpu.Ipa = kind is FaultKind.Data or FaultKind.Instruction ? Entry.Syndrome.TellsIpa.Choose(FaultingIpa, 0) : 0;
            Block(vcpu, Lifecycle.Faulted);
            if (configuration.HasMonitor)
            {
                Vcpu monitor = State.Vcpu(configuration.Monitor);
                State.When(monitor.Calling != 0, () => WakeByFault(monitor, vcpu));
            }
        }

        private void Reflect(ulong kind)
        {
            if (kind == FaultKind.Call)
            {
                Self.X[0] = Status.NotSupported;
                // HVC returns behind itself, SMC at itself.
                Self.Pc += (Entry.Syndrome.Class == Esr.Smc64).Choose(Entry.Syndrome.Length, 0);
            }
            else if (kind is FaultKind.Data or FaultKind.Instruction)
            {
                InjectAbort(Self, Entry.Syndrome);
            }
            else
            {
                InjectUndefined(Self);
            }
        }

        /// <summary>A guest takes an Undefined Instruction exception.</summary>
        public void InjectUndefined(Vcpu vcpu) => Inject(vcpu, Il);

        /// <summary>A guest takes a synchronous external abort; FAR_EL1 is the address of its last abort.</summary>
        public void InjectAbort(Vcpu vcpu, Esr syndrome)
        {
            Word type = (syndrome.Class == Esr.InstructionAbort).Choose(InstructionAbort, DataAbort);
            Word level = ((vcpu.Pstate & ModeMask) == El0T).Choose(0, SameLevel);
            vcpu.System[Register.FarEl1 - Register.System] = vcpu.Address;
            Inject(vcpu, type | level | Il | External);
        }

        /// <summary>Exception entry to EL1 (Arm ARM D1.3.1, D1.3.2).</summary>
        private void Inject(Vcpu vcpu, Word syndrome)
        {
            vcpu.System[Register.ElrEl1 - Register.System] = vcpu.Pc;
            vcpu.System[Register.SpsrEl1 - Register.System] = vcpu.Pstate;
            vcpu.System[Register.EsrEl1 - Register.System] = syndrome;
            vcpu.Pc = vcpu.System[Register.VbarEl1 - Register.System] + VectorOffset(vcpu.Pstate);
            Truth keeps = vcpu.System[Register.SctlrEl1 - Register.System].Bit(SpanBit);
            vcpu.Pstate = EntryPstate | keeps.Choose(vcpu.Pstate & Configuration.Pan, Configuration.Pan);
        }

        private static Word VectorOffset(Word pstate) =>
            pstate.Has(Aarch32).Choose(0x600,
                ((pstate & ModeMask) == El0T).Choose(0x400,
                    ((pstate & ModeMask) == El1T).Choose(0x000, 0x200)));

        /// <summary>A vCPU of this CPU goes on after its fault.</summary>
        public void Recover(Vcpu vcpu)
        {
            Forget(vcpu);
            MakeReady(vcpu);
        }

        /// <summary>The fault of a vCPU is over.</summary>
        private static void Forget(Vcpu vcpu)
        {
            vcpu.Fault = FaultKind.None;
            vcpu.Syndrome = new Esr(0);
            vcpu.Ipa = 0;
        }
    }
}
