namespace Redoubt.Spec;

public static partial class Specification<T>
{
    private const ulong AllActions = ResumeAction.Advance | ResumeAction.Load | ResumeAction.Result | ResumeAction.Undefined
        | ResumeAction.Abort | ResumeAction.Suspend | ResumeAction.Wait;

    // PSTATE: flags, DIT, UAO, PAN, SSBS, BTYPE, masks; the modes that may be written
    private const ulong PstateBits = 0xf1c0_1fc0, El0T = 0, El1T = 4, El1H = 5, Aarch32 = 0x10;

    private static Check UnknownField => new(Status.BadArgument, "x2 is not a field, 0 to 3", s => s.Self.X[2] >= VirtualField.Count);

    /// <summary>Calls on another vCPU, which a capability names and which belongs to the caller's CPU.</summary>
    private static IReadOnlyList<Operation> VcpuCalls =>
    [
        new(Occasion.Call, "resume", Number(Call.Resume), Is(Call.Resume), "A faulted vCPU goes on; x2 is the sum of what happens to it.")
        {
            Checks =
            [
                NoVcpu,
                WrongCpu,
                new(Status.BadArgument, "x2 has a bit that means nothing", s => s.Self.X[2].Has(~AllActions)),
                new(Status.BadState, "the vCPU is not faulted", s => s.Target.Lifecycle != Lifecycle.Faulted),
            ],
            Effects =
            [
                On(ResumeAction.Advance, "its PC is behind the instruction that faulted.", s => s.Target.Pc += s.Target.Syndrome.Length),
                On(ResumeAction.Load, "the register that the faulting load names takes x3.", s =>
                    s.State.When(s.Target.Syndrome.Transfer != 31, () => s.Target.X[s.Target.Syndrome.Transfer] = s.Self.X[3])),
                On(ResumeAction.Result, "its x0 to x3 take x3 to x6.", s =>
                {
                    for (ulong n = 0; n < 4; n++)
                        s.Target.X[n] = s.Self.X[3 + n];
                }),
                On(ResumeAction.Undefined, "it takes an Undefined Instruction exception to EL1.", s => s.InjectUndefined(s.Target)),
                On(ResumeAction.Abort, "it takes a synchronous external abort to EL1, for the address of its last abort.", s => s.InjectAbort(s.Target, s.Target.Syndrome)),
                new("The fault is over and the vCPU is ready.", s => s.Recover(s.Target)),
                Next(ResumeAction.Suspend, "it then waits for an interrupt, unless one is pending.", s => s.WaitForInterrupt(s.Target)),
                Ok,
                Next(ResumeAction.Wait, "the caller then waits as by *wait*, with the deadline x7.", s => s.WaitInCall(s.Self, s.Self.X[7])),
            ],
        },
        new(Occasion.Call, "read register", Number(Call.ReadRegister), Is(Call.ReadRegister), "Reads a register of a vCPU that does not run.")
        {
            Checks =
            [
                NoVcpu,
                WrongCpu,
                new(Status.BadArgument, "x2 is not a register: 0 to 32, 64 to 86", s => !IsRegister(s.Self.X[2])),
                new(Status.BadState, "the vCPU is ready", s => s.Target.Lifecycle == Lifecycle.Ready),
            ],
            Effects = [new("x1 is the register x2 of the vCPU.", s => s.Self.X[1] = ReadRegister(s.Target, s.Self.X[2])), Ok],
        },
        new(Occasion.Call, "write register", Number(Call.WriteRegister), Is(Call.WriteRegister), "Writes a register of a vCPU that is off or faulted.")
        {
            Checks =
            [
                NoVcpu,
                WrongCpu,
                new(Status.BadArgument, "x2 is not a register: 0 to 32, 64 to 86", s => !IsRegister(s.Self.X[2])),
                new(Status.BadArgument, "x2 is 32 (PSTATE), and x3 is no mode for the vCPU: EL0t, for a guest also EL1t and EL1h, in AArch64", s =>
                    (s.Self.X[2] == Register.Pstate) & !IsAllowedPstate(s.Configuration.PartitionOf(s.Target.Index), s.Self.X[3])),
                new(Status.BadState, "the vCPU is neither off nor faulted", s => (s.Target.Lifecycle != Lifecycle.Off) & (s.Target.Lifecycle != Lifecycle.Faulted)),
            ],
            Effects = [new("The register x2 of the vCPU is x3.", s => WriteRegister(s.Target, s.Self.X[2], s.Self.X[3])), Ok],
        },
        new(Occasion.Call, "start", Number(Call.Start), Is(Call.Start), "Starts a vCPU that is off.")
        {
            Checks = [NoVcpu, WrongCpu, new(Status.BadState, "the vCPU is not off", s => s.Target.Lifecycle != Lifecycle.Off)],
            Effects =
            [
                new("The physical interrupts of the vCPU's devices are not active. The vCPU takes its **reset** values; its PC is x2, its x0 is x3, "
                    + "its x1 is its number. It is ready.", s => s.Start(s.Target, s.Self.X[2], s.Self.X[3])),
                Ok,
            ],
        },
        new(Occasion.Call, "stop", Number(Call.Stop), Is(Call.Stop), "Stops another vCPU, whatever it does.")
        {
            Checks = [NoVcpu, WrongCpu, new(Status.BadState, "the vCPU is the caller", s => s.Target.Index == s.Self.Index)],
            Effects = [new("The vCPU is off. Its fault, if it has one, its virtual interrupts and what was sent to it are gone.", s => s.Stop(s.Target)), Ok],
        },
        new(Occasion.Call, "write virtual interrupts", Number(Call.WriteVirtual), Is(Call.WriteVirtual), "Bits of a field of virtual interrupts under the mask x3 take the value x4.")
        {
            Checks = [NoVcpu, WrongCpu, UnknownField],
            Effects =
            [
                Write(VirtualField.Enabled, "Enabled takes the value; what is disabled and was announced is taken back, its latch remembered.", (s, vcpu, mask, value) => s.WriteEnabled(vcpu, mask, value)),
                Write(VirtualField.Pending, "the latches take the value, physical interrupts excepted; what is cleared and was announced is taken back.", (s, vcpu, mask, value) => s.WritePending(vcpu, mask, value)),
                Write(VirtualField.Line, "the lines take the value, physical interrupts excepted; what was announced for its line alone and fell is taken back.", (s, vcpu, mask, value) => s.WriteLine(vcpu, mask, value)),
                Write(VirtualField.Active, "what is cleared is not active any more; a physical interrupt it is linked to neither. Setting has no effect.", (s, vcpu, mask, value) => s.WriteActive(vcpu, mask, value)),
                new("What can be announced is **announced**.", s => s.Announce(s.Target)),
                Ok,
            ],
        },
        new(Occasion.Call, "read virtual interrupts", Number(Call.ReadVirtual), Is(Call.ReadVirtual), "Reads a field of virtual interrupts.")
        {
            Checks = [NoVcpu, WrongCpu, UnknownField],
            Effects =
            [
                new("x1 is, for x2 = 0 Enabled, 1 what is latched, has its line at 1, or is announced as pending, 2 Line, 3 what is announced as active.", s =>
                    s.Self.X[1] = ReadVirtual(s.Target, s.Self.X[2])),
                Ok,
            ],
        },
        new(Occasion.Call, "set priority", Number(Call.SetPriority), Is(Call.SetPriority), "Sets the priority of a virtual interrupt.")
        {
            Checks =
            [
                NoVcpu,
                WrongCpu,
                new(Status.BadArgument, "x2 is not a virtual INTID, 0 to 63", s => s.Self.X[2] >= Limits.VirtualInterrupts),
                new(Status.BadArgument, "x3 is not a priority, 0 to 255", s => s.Self.X[3] > 0xff),
            ],
            Effects =
            [
                new("From now on the virtual interrupt x2 is announced with priority x3.", s =>
                    s.Target.Templates[s.Self.X[2]] = s.Target.Templates[s.Self.X[2]].WithPriority(s.Self.X[3])),
                Ok,
            ],
        },
    ];

    private static Effect On(ulong action, string text, Action<Step> effect) => new($"If x2 has {action}: {text}", s =>
        s.State.When(s.Self.X[2].Has(action), () => effect(s)));

    // What makes decisions of its own makes none where it does not happen.
    private static Effect Next(ulong action, string text, Action<Step> effect) => new($"If x2 has {action}: {text}", s =>
    {
        if (s.Self.X[2].Has(action))
            effect(s);
    });

    private static Effect Write(ulong field, string text, Action<Step, Vcpu, Word, Word> write) => new($"If x2 is {field}: {text}", s =>
        s.State.When(s.Self.X[2] == field, () => write(s, s.Target, s.Self.X[3], s.Self.X[4])));

    private static Truth IsRegister(Word number) => (number <= Register.Pstate) | ((number >= Register.System) & (number < Register.End));

    private static Truth IsAllowedPstate(PartitionConfiguration partition, Word value)
    {
        Word mode = value & ~PstateBits;
        return (mode == El0T) | (!partition.IsService & ((mode == El1T) | (mode == El1H)));
    }

    private static Word ReadRegister(Vcpu vcpu, Word number) =>
        number == Register.Pc ? vcpu.Pc
        : number == Register.Pstate ? vcpu.Pstate
        : number < Register.Pc ? vcpu.X[number]
        : vcpu.System[number - Register.System];

    private static void WriteRegister(Vcpu vcpu, Word number, Word value)
    {
        if (number == Register.Pc)
            vcpu.Pc = value;
        else if (number == Register.Pstate)
            vcpu.Pstate = value;
        else if (number < Register.Pc)
            vcpu.X[number] = value;
        else
            vcpu.System[number - Register.System] = value;
    }

    private static Word ReadVirtual(Vcpu vcpu, Word field) =>
        (field == VirtualField.Enabled).Choose(vcpu.Enabled,
            (field == VirtualField.Pending).Choose(vcpu.Pending | vcpu.Line | Step.AnnouncedPending(vcpu),
                (field == VirtualField.Line).Choose(vcpu.Line, Step.AnnouncedActive(vcpu))));
}
