using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Theorems;

/// <summary>How a handler starts.</summary>
public enum Entry
{
    /// <summary>An exception vector, from a lower exception level.</summary>
    Trap,

    /// <summary>After the WFI of the idle loop.</summary>
    Awake,

    /// <summary>Where all of these end: the vCPU to run is chosen.</summary>
    Schedule,
}

/// <summary>A case of a trap: together the handlers cover every way into the kernel after boot.</summary>
/// <param name="Name">For people and for the pinned list.</param>
/// <param name="Entry">How it starts.</param>
/// <param name="Vector">Offset of the exception vector (Arm ARM, D1.3.1.5).</param>
public sealed record Handler(string Name, Entry Entry, ulong Vector)
{
    private const ulong Synchronous = 0x400, Interrupt = 0x480, SystemError = 0x580;
    private const int ClassShift = 26;
    private const ulong SyndromeBits = (1UL << ClassShift) - 1, ClassBits = 0x3f;

    /// <summary>ESR_EL2, or null if it is of no interest.</summary>
    public Term? Syndrome { get; init; }

    /// <summary>x0 at the trap, or null if it may be anything.</summary>
    public Term? Argument { get; init; }

    /// <summary>The interrupt that is acknowledged, or null.</summary>
    public Term? Intid { get; init; }

    /// <summary>What this case assumes beside.</summary>
    public Term[] Assumptions { get; init; } = [];

    /// <summary>All cases. Those of one kind exclude each other and leave nothing out; a test checks that.</summary>
    public static IEnumerable<Handler> All() =>
        Traps().Concat(Interrupts("awake", Entry.Awake, 0))
            .Append(new Handler("schedule", Entry.Schedule, 0));

    private const ulong Bits32 = 0xffff_ffff, IntidBits = 0xff_ffff;

    /// <summary>Traps of a vCPU, in AArch64 or, at EL0, in AArch32: the vectors are the same, since EL1 is AArch64 (HCR_EL2.RW; D1.3.1.5).</summary>
    private static IEnumerable<Handler> Traps()
    {
        (string Name, ulong Class)[] calls = [("svc", 0x15), ("hvc", 0x16)];
        (string Name, ulong Class)[] others = [("smc", 0x17), ("wfi", 0x01), ("system register", 0x18), ("instruction abort", 0x20), ("data abort", 0x24)];
        Term syndrome = Term.Variable("ESR_EL2");
        return calls.SelectMany(call => Calls(call.Name, call.Class))
            .Concat(others.Select(other => new Handler(other.Name, Entry.Trap, Synchronous) { Syndrome = SyndromeOf(other.Class) }))
            .Append(new Handler("other exception", Entry.Trap, Synchronous)
            {
                Syndrome = syndrome,
                Assumptions = Differs((syndrome >>> Term.Constant(ClassShift)) & Term.Constant(ClassBits), calls.Concat(others).Select(known => known.Class)),
            })
            .Append(new Handler("system error", Entry.Trap, SystemError))
            .Concat(Interrupts("interrupt", Entry.Trap, Interrupt));
    }

    private static IEnumerable<Handler> Calls(string kind, ulong exceptionClass)
    {
        (string Name, ulong Number)[] calls =
        [
            ("discover", Call.Base + Call.Discover), ("wait", Call.Base + Call.Wait), ("notify", Call.Base + Call.Notify),
            ("resume", Call.Base + Call.Resume), ("read register", Call.Base + Call.ReadRegister), ("write register", Call.Base + Call.WriteRegister),
            ("start", Call.Base + Call.Start), ("stop", Call.Base + Call.Stop), ("write virtual", Call.Base + Call.WriteVirtual),
            ("read virtual", Call.Base + Call.ReadVirtual), ("set priority", Call.Base + Call.SetPriority), ("acknowledge", Call.Base + Call.Acknowledge),
            ("account", Call.Base + Call.Account), ("machine", Call.Base + Call.Machine), ("uid", Call.Uid), ("revision", Call.Revision),
        ];
        foreach ((string name, ulong number) in calls)
        {
            yield return new Handler($"{kind} {name}", Entry.Trap, Synchronous) { Syndrome = SyndromeOf(exceptionClass), Argument = Term.Constant(number) };
        }

        Term other = Term.Variable("x0");
        yield return new Handler($"{kind} other", Entry.Trap, Synchronous)
        {
            Syndrome = SyndromeOf(exceptionClass),
            Argument = other,
            Assumptions = Differs(other, calls.Select(call => call.Number)),
        };
    }

    private static IEnumerable<Handler> Interrupts(string kind, Entry entry, ulong vector)
    {
        const ulong Inbox = 0, Maintenance = 25, Alarm = 26, Timer = 27, FirstShared = 32, Special = 1020;
        Handler Of(string name, ulong intid) => new($"{kind} {name}", entry, vector) { Intid = Term.Constant(intid) };
        yield return Of("inbox", Inbox);
        yield return Of("maintenance", Maintenance);
        yield return Of("hypervisor timer", Alarm);
        yield return Of("virtual timer", Timer);
        Term intid = Term.Variable("ICC_IAR1_EL1", IntidBits);
        Term special = Term.Not(Term.Less(intid, Term.Constant(Special))), own = Term.Less(intid, Term.Constant(FirstShared));
        yield return new Handler($"{kind} device", entry, vector) { Intid = intid, Assumptions = [Term.Not(special), Term.Not(own)] };
        yield return new Handler($"{kind} other own", entry, vector) { Intid = intid, Assumptions = [own, .. Differs(intid, [Inbox, Maintenance, Alarm, Timer])] };
        yield return new Handler($"{kind} none", entry, vector) { Intid = intid, Assumptions = [special] };
    }

    /// <summary>EC with any IL and ISS, and any ISS2 above (Arm ARM, D19.2.40).</summary>
    private static Term SyndromeOf(ulong exceptionClass) =>
        (Term.Variable("ISS2", Bits32) << Term.Constant(32)) + Term.Constant(exceptionClass << ClassShift) + Term.Variable("ISS", SyndromeBits);

    private static Term[] Differs(Term word, IEnumerable<ulong> values) => values.Select(value => Term.Not(Term.Equal(word, Term.Constant(value)))).ToArray();
}
