namespace Redoubt.Spec;

public static partial class Specification<T>
{
    // Encodings in the form of ESR_EL2.ISS (Arm ARM D19.2.40)
    private const ulong IccSgi0r = 0x3e_3016, IccAsgi1r = 0x3c_3016, IccSgi1r = 0x3a_3016, IccSre = 0x3a_3018, Actlr = 0x32_0400, Aidr = 0x3e_4000,
        IdentificationMask = 0x31_fc00, IdentificationGroup = 0x30_0000, DebugMask = 0x31_c000, DebugGroup = 0x20_0000,
        SetWayMask = 0x3f_fc00, SetWayGroup = 0x14_1c00;

    private static Effect Counted(ulong item, string text) => new(text, s => s.Self.Account[item] += 1);

    private static Effect Served => Counted(AccountItem.Registers, "The guest's account of register accesses served grows by one.");

    private static Effect Passed => new("The PC is behind the instruction.", s => s.Self.Pc += s.Entry.Syndrome.Length);

    /// <summary>Synchronous exceptions but calls, and SErrors.</summary>
    public static IReadOnlyList<Operation> Exceptions { get; } =
    [
        Access("send interrupts", "a write of `ICC_SGI1R_EL1`", s => !s.Entry.Syndrome.IsRead & IsAt(s, IccSgi1r),
            "A guest interrupts vCPUs of its partition.",
            new("For each other vCPU of the partition that the value names, or for all others if it is a broadcast, the virtual interrupt that it names is **left**.",
                s => s.SendInterrupts(Source(s))),
            new("If it names the one that sends, the interrupt is latched and **announced** at once.", s => s.SendToSelf(Source(s))),
            Passed),
        Access("read an identification register", "a read with op0 = 3, op1 = 0, CRn = 0", s => s.Entry.Syndrome.IsRead & ((s.Entry.Syndrome.Register & IdentificationMask) == IdentificationGroup),
            "What the CPU can do, as guests see it.",
            new("The register that the instruction names is the configured value.", s => SetResult(s, s.Configuration.Identification[IdentificationIndex(s.Entry.Syndrome.Register)])),
            Passed),
        Access("access `ICC_SRE_EL1`", "a read or write of `ICC_SRE_EL1`", s => IsAt(s, IccSre),
            "The interrupt interface is that of system registers, and stays so.",
            new("A read gives 7; a write has no effect.", s => Answer(s, 7)),
            Passed),
        Access("access a register that is zero", "a read or write of `ACTLR_EL1`, `AIDR_EL1` or a register with op0 = 2", s =>
                IsAt(s, Actlr) | IsAt(s, Aidr) | ((s.Entry.Syndrome.Register & DebugMask) == DebugGroup),
            "Registers that a guest may touch to no effect: among them those of debugging.",
            new("A read gives 0; a write has no effect.", s => Answer(s, 0)),
            Passed),
        Access("write a register that is ignored", "a write of `ICC_SGI0R_EL1`, `ICC_ASGI1R_EL1`, or cache maintenance by set and way", s =>
                !s.Entry.Syndrome.IsRead & (IsAt(s, IccSgi0r) | IsAt(s, IccAsgi1r) | ((s.Entry.Syndrome.Register & SetWayMask) == SetWayGroup)),
            "Interrupts of groups that do not exist; maintenance that a vCPU which never leaves its CPU does not need.",
            Passed),
        Access("access any other register", "any other trapped system register", _ => true,
            "What is not listed does not exist.",
            new Effect("The guest takes an Undefined Instruction exception to EL1.", s => s.InjectUndefined(s.Self))),
        new(Occasion.Exception, "wait for interrupt", "class 0x01 of a guest", s => (s.Entry.Syndrome.Class == Esr.WaitFor) & !s.IsService, "`WFI`.")
        {
            Effects =
            [
                Counted(AccountItem.Waits, "The guest's account of waits grows by one."),
                Passed,
                new("Unless a virtual interrupt is pending, the guest waits for one, until its virtual timer fires.", s => s.WaitForInterrupt(s.Self)),
            ],
        },
        Fault("data abort", "class 0x24", s => s.Entry.Syndrome.Class == Esr.DataAbort, "An access that stage 2 does not allow.", FaultKind.Data),
        Fault("instruction abort", "class 0x20", s => s.Entry.Syndrome.Class == Esr.InstructionAbort, "An instruction where stage 2 allows none.", FaultKind.Instruction),
        Fault("secure monitor call", "class 0x17", s => s.Entry.Syndrome.Class == Esr.Smc64, "`SMC`: a call for the guest's monitor.", FaultKind.Call),
        Fault("other exception", "any other class", _ => true, "Whatever else comes to EL2.", FaultKind.Other),
        new(Occasion.SError, "SError", "any", _ => true, "An SError while a vCPU runs is that vCPU's.")
        {
            Effects = [new($"A fault of kind {FaultKind.SError} is **raised**.", s => s.Raise(FaultKind.SError))],
        },
    ];

    private static Operation Fault(string name, string condition, Func<Step, Truth> applies, string summary, ulong kind) =>
        new(Occasion.Exception, name, condition, applies, summary)
        {
            Effects = [new($"A fault of kind {kind} is **raised**.", s => s.Raise(kind))],
        };

    private static Operation Access(string name, string condition, Func<Step, Truth> applies, string summary, params Effect[] effects) =>
        new(Occasion.Exception, name, $"class 0x18 of a guest: {condition}", s => (s.Entry.Syndrome.Class == Esr.SystemRegister) & !s.IsService && applies(s), summary)
        {
            Effects = [Served, .. effects],
        };

    private static Truth IsAt(Step s, ulong register) => s.Entry.Syndrome.Register == register;

    /// <summary>CRm * 8 + op2.</summary>
    private static Word IdentificationIndex(Word register) => (((register >> 1) & 7) << 3) + ((register >> 17) & 7);

    /// <summary>The general register that a trapped instruction names: 31 reads as zero.</summary>
    public static Word Source(Step s) => s.Entry.Syndrome.General == 31 ? 0 : s.Self.X[s.Entry.Syndrome.General];

    private static void SetResult(Step s, Word value)
    {
        if (s.Entry.Syndrome.General != 31)
            s.Self.X[s.Entry.Syndrome.General] = value;
    }

    private static void Answer(Step s, ulong value)
    {
        if (s.Entry.Syndrome.IsRead)
            SetResult(s, value);
    }
}
