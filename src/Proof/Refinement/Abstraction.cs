using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;
using C = Redoubt.Spec.ConfigurationFields;
using F = Redoubt.Spec.StateFields;
using Field = Redoubt.Spec.Field;

namespace Redoubt.Proof.Refinement;

/// <summary>The words of the specification's state that a state of kernel and hardware stands for.</summary>
/// <param name="words">The kernel's fields, wherever their words stand, and those of the hardware.</param>
public sealed class Abstraction(Func<string, Cells> words)
{
    private static readonly Dictionary<Field, string> Same = new()
    {
        [F.X] = "vcpu.X",
        [F.Pc] = "vcpu.Pc",
        [F.Pstate] = "vcpu.Pstate",
        [F.System] = "vcpu.System",
        [F.Vectors] = "vcpu.Vectors",
        [F.Lists] = "vcpu.Lists",
        [F.Control] = "vcpu.Hcr",
        [F.Templates] = "vcpu.Templates",
        [F.Hardware] = "vcpu.Hardware",
        [F.Enabled] = "vcpu.Enabled",
        [F.Pending] = "vcpu.Pending",
        [F.Line] = "vcpu.Line",
        [F.Latched] = "vcpu.Latched",
        [F.Lifecycle] = "vcpu.Lifecycle",
        [F.Calling] = "vcpu.Calling",
        [F.Deadline] = "vcpu.Deadline",
        [F.Events] = "vcpu.Events",
        [F.Fault] = "vcpu.Fault",
        [F.Address] = "vcpu.Far",
        [F.InboxEvents] = "vcpu.InboxEvents",
        [F.InboxVirtual] = "vcpu.InboxVirtual",
        [F.Account] = "vcpu.Account",

        [F.Current] = "cpu.Current",
        [F.Idle] = "cpu.Idle",
        [F.Resident] = "cpu.Resident",
        [F.Since] = "cpu.Since",
        [F.Ready] = "cpu.Ready",
        [F.Slot] = "cpu.Slot",
        [F.SlotEnd] = "cpu.SlotEnd",
        [F.Alarm] = "cpu.Alarm",
        [F.Inbox] = "cpu.Inbox",

        [F.Active] = Devices.Active.Name,
        [F.Power] = Devices.Power.Name,

        [C.Partition] = "config.vcpu.Partition",
        [C.Number] = "config.vcpu.Number",
        [C.Monitor] = "config.vcpu.Monitor",
        [C.Guest] = "config.vcpu.Guest",
        [C.Flags] = "config.partition.Flags",
        [C.Capabilities] = "config.partition.Capabilities",
        [C.Vcpus] = "config.partition.Vcpus",
        [C.SlotCount] = "config.cpu.SlotCount",
        [C.SlotLength] = "config.cpu.Slots.Length",
        [C.SlotMask] = "config.cpu.Slots.Mask",
        [C.SlotFallback] = "config.cpu.Slots.Fallback",
        [C.Sink] = "config.interrupt",
        [C.Frequency] = "machine.Frequency",
        [C.Pan] = "machine.Pan",
        [C.Identification] = "machine.Identification",
    };

    private static readonly Dictionary<Field, string[]> Together = new()
    {
        [F.Float] = ["vcpu.Fpcr", "vcpu.Fpsr"],
        [F.Interface] = ["vcpu.Vmcr", "vcpu.ActivePriorities0", "vcpu.ActivePriorities1"],
    };

    /// <summary>What a field of the specification's state holds.</summary>
    public Cells this[Field field]
    {
        get
        {
            if (Same.TryGetValue(field, out string? name))
                return words(name);
            if (Together.TryGetValue(field, out string[]? names))
            {
                return Cells.Of((row, column) => names.Select((part, i) => (part, i)).Reverse().Skip(1).Aggregate(words(names[^1])[row, Zero],
                    (word, other) => Term.Choose(Term.Equal(column, Term.Constant((ulong)other.i)), words(other.part)[row, Zero], word)));
            }

            return field == F.Announced ? Cells.Of((cpu, _) => Announced(cpu))
                : field == F.Syndrome ? Cells.Of((vcpu, _) => Syndrome(vcpu))
                : field == F.Ipa ? Cells.Of((vcpu, _) => Ipa(vcpu))
                : field == F.TimerActive ? Cells.Of((vcpu, _) => TimerActive(vcpu))
                : throw new ArgumentOutOfRangeException(nameof(field), field, "a field that nothing stands for");
        }
    }

    private static Term Zero => Term.Constant(0);

    private Term At(string name, Term row) => words(name)[row, Zero];

    private Term Is(string name, Term row, ulong value) => Term.Equal(At(name, row), Term.Constant(value));

    private Term Syndrome(Term vcpu) => Term.Choose(Is("vcpu.Lifecycle", vcpu, Lifecycle.Faulted), At("vcpu.Esr", vcpu), Zero);

    /// <summary>Of an abort that is to be told, if HPFAR_EL2 was set: a permission fault (fault status 0b0011xx) sets it on a table walk only (Arm ARM D19.2.61).</summary>
    private Term Ipa(Term vcpu)
    {
        const ulong PageBits = ~0xfUL, PageOffset = 0xfff, Status = 0x3c, Permission = 0xc;
        const int PageShift = 8, TableWalk = 7;
        Term esr = At("vcpu.Esr", vcpu);
        Term abort = Term.Either(Is("vcpu.Fault", vcpu, FaultKind.Data), Is("vcpu.Fault", vcpu, FaultKind.Instruction));
        Term told = Term.Either(Term.Not(Term.Equal(esr & Term.Constant(Status), Term.Constant(Permission))), Term.Bit(esr, TableWalk));
        Term address = ((At("vcpu.Hpfar", vcpu) & Term.Constant(PageBits)) << Term.Constant(PageShift)) | (At("vcpu.Far", vcpu) & Term.Constant(PageOffset));
        return Term.Choose(Term.Both(abort, told), address, Zero);
    }

    /// <summary>An interrupt that tells of mail which was taken already tells nothing.</summary>
    private Term Announced(Term cpu) => Term.Choose(Is("cpu.Inbox", cpu, 0), Zero, At(Devices.Announced.Name, cpu));

    /// <summary>The timer interrupt of a CPU is that of the vCPU that is resident there.</summary>
    private Term TimerActive(Term vcpu)
    {
        Term cpu = Invariant.CpuOf(vcpu);
        return Term.Choose(Term.Equal(At("cpu.Resident", cpu), vcpu), At(Devices.TimerActive.Name, cpu), At("vcpu.TimerActive", vcpu));
    }
}
