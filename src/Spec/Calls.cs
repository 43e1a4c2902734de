namespace Redoubt.Spec;

public static partial class Specification<T>
{
    private const string NoVcpuInSlot = "x1 is not a slot that holds a vCPU", OtherCpu = "the vCPU belongs to another CPU";

    /// <summary>Calls: x0 names the call, x1 and up are its arguments.</summary>
    public static IReadOnlyList<Operation> Calls { get; } =
    [
        new(Occasion.Call, "discover", Number(Call.Discover), Is(Call.Discover), "The null call: who am I.")
        {
            Effects =
            [
                new("x1 is the version of the interface, 1; x2 the caller's partition; x3 its number there; x4 the counter frequency in Hz.", s =>
                {
                    s.Self.X[1] = Call.Version;
                    s.Self.X[2] = s.Configuration.Vcpu(s.Self.Index).Partition;
                    s.Self.X[3] = s.Configuration.Vcpu(s.Self.Index).Number;
                    s.Self.X[4] = s.Configuration.Frequency;
                }),
                Ok,
            ],
        },
        new(Occasion.Call, "wait", Number(Call.Wait), Is(Call.Wait), "Waits for events, for the fault of the vCPU that the caller serves, for a virtual interrupt, until a time.")
        {
            Effects =
            [
                new("If events have arrived, the vCPU that the caller serves has a fault to tell, or a virtual interrupt is pending, the call **returns**. "
                    + "Otherwise the caller is waiting; it **wakes** when one of these comes, or when the counter reaches the deadline x1.", s => s.WaitInCall(s.Self, s.Self.X[1])),
            ],
        },
        new(Occasion.Call, "notify", Number(Call.Notify), Is(Call.Notify), "Sends an event or a virtual interrupt.")
        {
            Checks = [new(Status.BadSlot, "x1 is not a slot that holds an event or a virtual interrupt", s => !s.Names(Abi.Capability.Event) & !s.Names(Abi.Capability.Virtual))],
            Effects = [new("What the capability names is **sent** to its vCPU.", s => s.Deliver(s.Named)), Ok],
        },
        new(Occasion.Call, "acknowledge", Number(Call.Acknowledge), Is(Call.Acknowledge), "A physical interrupt that arrived as an event is handled.")
        {
            Checks = [new(Status.BadSlot, "x1 is not a slot that holds an interrupt", s => !s.Names(Abi.Capability.Interrupt))],
            Effects = [new("The physical interrupt is not active: it may fire again.", s => s.State.Active[s.Named.Number] = 0), Ok],
        },
        new(Occasion.Call, "account", Number(Call.Account), Is(Call.Account), "What a vCPU has used.")
        {
            Checks =
            [
                new(Status.BadSlot, "x1 is not a slot that holds an account or a vCPU", s => !s.Names(Abi.Capability.Account) & !s.Names(Abi.Capability.Vcpu)),
                new(Status.WrongCpu, OtherCpu, IsElsewhere),
                new(Status.BadArgument, "x2 is not an item, 0 to 6", s => s.Self.X[2] >= AccountItem.Count),
            ],
            Effects =
            [
                new("The caller is charged for the time it ran up to now.", s => s.Charge(s.Entry.Now)),
                new("x1 is the item x2 of the vCPU's account, or, for 6, its lifecycle.", s =>
                    s.Self.X[1] = s.Self.X[2] == AccountItem.State ? s.Target.Lifecycle : s.Target.Account[s.Self.X[2]]),
                Ok,
            ],
        },
        new(Occasion.Call, "machine", Number(Call.Machine), Is(Call.Machine), "Switches the machine off or resets it.")
        {
            Checks =
            [
                new(Status.BadSlot, "x1 is not a slot that holds the machine", s => !s.Names(Abi.Capability.Machine)),
                new(Status.BadArgument, "x2 is neither 0 nor 1", s => s.Self.X[2] > MachineAction.Reset),
            ],
            Effects = [new("Firmware is called: for x2 = 0 to switch off, for 1 to reset. Should it return, x0 is its answer.", s =>
            {
                s.State.Power = s.Self.X[2] + 1;
                s.Self.X[0] = s.Entry.Answer;
            })],
        },
        .. VcpuCalls,
        new(Occasion.Call, "identify", "x0 is 0x8600_ff01", s => s.Self.X[0] == Call.Uid, "The hypervisor's UID, a general query of the SMC Calling Convention.")
        {
            Effects = [new("x0 to x3 are 0x1e5c0f7d, 0x3c4b0a2f, 0x4552559a, 0x42554f44.", s =>
            {
                s.Self.X[0] = Call.Uid0;
                s.Self.X[1] = Call.Uid1;
                s.Self.X[2] = Call.Uid2;
                s.Self.X[3] = Call.Uid3;
            })],
        },
        new(Occasion.Call, "revision", "x0 is 0x8600_ff03", s => s.Self.X[0] == Call.Revision, "Its revision, likewise.")
        {
            Effects = [new("x0 is 1, x1 is 0.", s =>
            {
                s.Self.X[0] = Call.Version;
                s.Self.X[1] = 0;
            })],
        },
        new(Occasion.Call, "unknown call of a service", "any other x0, of a service", s => s.IsService, "There is no such call.")
        {
            Effects = [new("x0 is NotSupported.", s => s.Self.X[0] = Status.NotSupported)],
        },
        new(Occasion.Call, "unknown call of a guest", "any other x0, of a guest", _ => true, "A call for the guest's monitor, such as PSCI.")
        {
            Effects = [new("A fault of kind 3 (call) is **raised**.", s => s.Raise(FaultKind.Call))],
        },
    ];

    private static Effect Ok => new("x0 is Ok.", s => s.Self.X[0] = Status.Ok);

    private static Check NoVcpu => new(Status.BadSlot, NoVcpuInSlot, s => !s.Names(Abi.Capability.Vcpu));

    private static Check WrongCpu => new(Status.WrongCpu, OtherCpu, IsElsewhere);

    private static Truth IsElsewhere(Step s) => s.Target.Cpu != s.Cpu.Index;

    private static string Number(ulong call) => $"x0 is 0xc600_0000 + {call}";

    private static Func<Step, Truth> Is(ulong call) => s => s.Self.X[0] == Call.Base + call;
}
