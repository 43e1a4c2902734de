using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Programs;
using Redoubt.Proof.Terms;
using static Redoubt.Proof.Services.FocusState;
using Environment = Redoubt.Proof.Execution.Environment;

namespace Redoubt.Proof.Services;

/// <summary>What came of a function of the focus switch.</summary>
/// <param name="Function">Its name.</param>
/// <param name="Screens">For how many screens.</param>
/// <param name="Obligations">What had to hold.</param>
/// <param name="Findings">What could not be shown.</param>
public sealed record FocusResult(string Function, ulong Screens, IReadOnlyList<Obligation> Obligations, IReadOnlyList<Finding> Findings);

/// <summary>
/// The proof of <c>ui</c>'s focus switch, of its machine code: each function of <c>Focus</c> (src/Ui/Focus.cs) is followed on all paths from any state of which
/// the invariants hold, with any arguments; they hold again, and who is told of a key or a finger is nobody, or the screen that the display shows.
/// </summary>
/// <param name="ui">The program <c>Ui</c> as shipped.</param>
/// <param name="solver">Decides.</param>
public sealed class FocusProof(ElfProgram ui, Solver solver)
{
    /// <summary>As many screens as <c>ui</c> has room for.</summary>
    public const ulong MostScreens = 4;

    private const string Prefix = "Ui_Redoubt_Ui_Focus__";
    private const ulong StackAddress = 0x7100_0000, StackSize = 0x1000, OutAddress = 0x7200_0000, Half = 0xffff_ffff;

    private static readonly Region s_stack = new("stack", StackAddress, StackSize, 1, Access.PerCpu, [new Field("stack", 0, 8, StackSize / 8, ~0UL)]);
    private static readonly Field s_out = new("out.screen", 0, 8, 1, ~0UL), s_outCode = new("out.code", 8, 8, 1, ~0UL);
    private static readonly Region s_outs = new("out", OutAddress, 16, 1, Access.PerCpu, [s_out, s_outCode]);

    /// <summary>The functions that change the state or tell who gets input, and nothing else of <c>ui</c> does.</summary>
    public static IReadOnlyList<string> Functions { get; } = ["Open", "Shown", "Press", "Move", "TryRelease", "Ask", "Attend", "Turn"];

    /// <summary>Any key: what is shown of it is shown of each.</summary>
    private static Term AnyKey => Term.Variable("any key", 1023);

    private static Term Now => Term.Variable("now");

    private static Term Screen => Term.Variable("screen", Half);

    private static Term Code => Term.Variable("code", Half);

    /// <summary>As a truth is passed: the low byte counts.</summary>
    private static Term Flag => Term.Variable("flag");

    private static Term IsFlag => Term.Not(Is(Flag & Term.Constant(0xff), 0));

    /// <summary>Proves one function, for so many screens.</summary>
    public FocusResult Prove(string function, ulong screens)
    {
        FocusState? before = null;
        // The invariants, of the words that come up.
        Obligations obligations = new(solver, cell => cell.Kind == Kind.Cell && cell.Name == ToldKeys.Name && function != "Open" ? before!.OfWord(cell.Arguments[1]) : []);
        Environment environment = new()
        {
            Program = ui,
            Obligations = obligations,
            Regions = [FocusState.Region, s_stack, s_outs],
            Devices = [],
            Cpu = Term.Constant(0),
            CpuShift = 0,
            Stacks = s_stack,
            Readable = new Dictionary<int, bool>(),
            Writable = new HashSet<int>(),
            Operations = new HashSet<int>(),
            VectorFunctions = new HashSet<string>(),
            Shared = new HashSet<string>(),
            Constant = new HashSet<string>(),
        };
        before = Begin(environment, screens, isZero: function == "Open");
        ulong start = ui.AddressOf(Prefix + function);
        SymbolicState state = Start(environment, function, start, screens, before);
        Executor executor = new(environment, (end, kind) => kind == FlowKind.Stop && End(end, function, screens, before), symbol => symbol.Name.Contains("ThrowHelpers")) { Seam = start };
        obligations.RequirePossible([(state.Address, state.Path)], "what is assumed at the start can be true");
        executor.Run(state);
        obligations.RequirePossible(executor.Ends, "an end of the function can be reached");
        return new FocusResult(function, screens, [.. obligations.All], obligations.Findings);
    }

    private static SymbolicState Start(Environment environment, string function, ulong start, ulong screens, FocusState before)
    {
        SymbolicState state = new(environment) { Frame = Frame.Outermost() };
        state[31] = Term.Constant(StackAddress + StackSize);
        state[0] = Term.Constant(Address);
        state[30] = Term.Constant(start);
        state[4] = Term.Variable("peace time");
        (state[1], state[2], state[3]) = function switch
        {
            "Open" => (Term.Constant(screens), Screen, Now),
            "Attend" => (Now, state[2], state[3]),
            "Press" => (Code, Flag, Now),
            "Move" => (Code, state[2], state[3]),
            "Shown" => (Now, state[2], state[3]),
            "Ask" => (Screen, Flag, Now),
            "TryRelease" => (Term.Constant(OutAddress), Term.Constant(OutAddress + 8), state[3]),
            _ => (state[1], state[2], state[3]),
        };
        List<Term> truths = function == "Open" ? [] : [.. before.Invariants(AnyKey).Select(invariant => invariant.Truth)];
        if (function == "Ask")
            truths.Add(before.IsScreen(Screen));
        if (function == "Move")
            truths.Add(Term.Less(Code, Term.Constant(Keys)));
        truths.Add(Term.Less(AnyKey, Term.Constant(Keys)));
        foreach (Term truth in truths)
        {
            state.Path = state.Path.And(truth);
        }

        // As if it had been called: it ends where it returns.
        state.Callers = state.Callers.Push(CallersRegisters.Of(state));
        state.Frame = state.Frame.Call(start, [0]);
        state.Address = start;
        return state;
    }

    private static bool End(SymbolicState state, string function, ulong screens, FocusState before)
    {
        FocusState after = Of(state);
        foreach ((string goal, Term truth) in after.Invariants(AnyKey))
        {
            state.Require("invariant", truth, goal);
        }

        foreach ((string goal, Term truth) in Effects(state, function, screens, before, after))
        {
            state.Require("focus", truth, goal);
        }

        return true;
    }

    private static IEnumerable<(string Goal, Term Truth)> Effects(SymbolicState state, string function, ulong screens, FocusState before, FocusState after)
    {
        Term told = state[0] & Term.Constant(Half), yes = Term.Not(Is(state[0] & Term.Constant(0xff), 0)), nobody = Is(told, Nobody);
        Term sameKeys = Term.Both(Iff(before.IsDown(AnyKey), after.IsDown(AnyKey)), Iff(before.IsTold(AnyKey), after.IsTold(AnyKey)));
        Term sameScreen = Term.Both(Term.Both(Term.Equal(before.Focused, after.Focused), Term.Equal(before.ShownByte, after.ShownByte)),
            Term.Both(Term.Equal(before.Owner, after.Owner), Term.Equal(before.Deaf, after.Deaf)));
        if (function != "Open")
        {
            yield return ("screens, entries and times stay", All(Term.Equal(before.Count, after.Count), Term.Equal(before.Entries, after.Entries), Term.Equal(before.DeadTime, after.DeadTime),
                Term.Equal(before.PeaceTime, after.PeaceTime)));
        }

        switch (function)
        {
            case "Open":
                yield return ("nothing is shown yet, no key is down, and nobody was told of one", All(Term.Not(after.IsShown), Term.Not(after.IsDown(AnyKey)), Term.Not(after.IsTold(AnyKey))));
                yield return ("the first screen that is no entry has the focus", Term.Equal(after.Focused, after.Next(Term.Constant(Nobody), screens)));
                yield return ("screens, entries and times are those given",
                    All(Is(after.Count, screens), Term.Equal(after.Entries, Screen), Term.Equal(after.DeadTime, Now), Term.Equal(after.PeaceTime, Term.Variable("peace time")), Is(after.Peace, 0)));
                break;
            case "Shown":
                yield return ("who has the focus is shown", All(after.IsShown, Term.Equal(after.Owner, before.Focused), Term.Equal(after.Focused, before.Focused)));
                yield return ("nothing is heard before the dead time is over", Term.Equal(after.Deaf, Now + before.DeadTime));
                yield return ("nobody has been told of any key", Term.Both(Term.Not(after.IsTold(AnyKey)), Iff(before.IsDown(AnyKey), after.IsDown(AnyKey))));
                break;
            case "Press":
                Term known = Term.Less(Code, Term.Constant(Keys)), wasTold = Term.Both(known, before.IsTold(Code)), wasDown = Term.Both(known, before.IsDown(Code));
                Term heard = All(known, IsFlag, Term.Not(wasDown), before.IsShown, Term.Not(Is(before.Focused, Nobody)), Term.Not(Term.Less(Now, before.Deaf)));
                yield return ("who is told is nobody, or the screen that the display showed last", Term.Either(nobody, Term.Equal(told, before.Owner)));
                yield return ("of a key that is down only the screen is told that has the focus and is shown",
                    Term.Either(nobody, Term.Either(Term.Not(IsFlag), Term.Both(before.IsShown, Term.Equal(told, before.Focused)))));
                yield return ("who is told had been told when the key went down, or it goes down after the dead time", Term.Either(nobody, Term.Either(wasTold, heard)));
                yield return ("a key that goes down after the dead time is heard", Term.Either(Term.Not(heard), Term.Equal(told, before.Focused)));
                yield return ("who was told that a key is down is told that it goes up", Term.Either(Term.Either(IsFlag, Term.Not(wasTold)), Term.Equal(told, before.Owner)));
                yield return ("keys are known to be down as they are",
                    Iff(after.IsDown(AnyKey), Term.Choose(Term.Equal(AnyKey, Code), IsFlag, before.IsDown(AnyKey))));
                yield return ("it is known who was told",
                    Iff(after.IsTold(AnyKey), Term.Choose(Term.Equal(AnyKey, Code), Term.Both(IsFlag, Term.Either(wasTold, heard)), before.IsTold(AnyKey))));
                yield return ("the focus does not change", sameScreen);
                yield return ("what is heard while there is to be peace puts it off",
                    Term.Equal(after.Peace, Term.Choose(Term.Both(heard, Term.Less(Now, before.Peace)), Now + before.PeaceTime, before.Peace)));
                break;
            case "Move":
                yield return ("who is told is nobody, or the screen that has the focus, is shown, and was told that the finger came down",
                    Term.Either(nobody, All(before.IsShown, Term.Equal(told, before.Focused), before.IsTold(Code))));
                yield return ("nothing changes", All(sameScreen, sameKeys, Term.Equal(before.Peace, after.Peace)));
                break;
            case "TryRelease":
                Term screen = state.Cells(s_out)[Term.Constant(0), Term.Constant(0)] & Term.Constant(Half), code = state.Cells(s_outCode)[Term.Constant(0), Term.Constant(0)] & Term.Constant(Half);
                yield return ("while the display changes, a key is let go for the screen that it showed last, which was told of it",
                    Term.Either(Term.Not(yes), All(Term.Not(before.IsShown), Term.Equal(screen, before.Owner), Term.Less(code, Term.Constant(Keys)), before.IsTold(code & Term.Constant(1023)))));
                yield return ("if there is none, no code is told", Term.Either(yes, Is(code, 0)));
                yield return ("it is let go once", Iff(after.IsTold(AnyKey), Term.Both(before.IsTold(AnyKey), Term.Not(Term.Both(yes, Term.Equal(AnyKey, code))))));
                yield return ("if there is none, nobody has been told of any key", Term.Either(Term.Either(yes, before.IsShown), Term.Not(before.IsTold(AnyKey))));
                yield return ("the focus does not change, nor which keys are down", Term.Both(sameScreen, Iff(before.IsDown(AnyKey), after.IsDown(AnyKey))));
                break;
            default:
                foreach ((string Goal, Term Truth) effect in Changes(function, screens, before, after, yes, sameKeys, sameScreen))
                    yield return effect;
                break;
        }
    }

    /// <summary>What changes the focus: an entry that asks or gives up, the attention key, a touch on the strip.</summary>
    private static IEnumerable<(string Goal, Term Truth)> Changes(string function, ulong screens, FocusState before, FocusState after, Term changed, Term sameKeys, Term sameScreen)
    {
        Term wasEntry = before.IsEntry(before.Focused), isEntry = after.IsEntry(after.Focused), next = before.Next(before.Focused, screens);
        Term turned = Term.Choose(wasEntry, before.Focused, next);
        yield return ("if the focus changes, nothing is shown until it is", Term.Choose(changed, Term.Not(after.IsShown), sameScreen));
        yield return ("no key changes, nor who was told", All(sameKeys, Term.Equal(before.Owner, after.Owner), Term.Equal(before.Deaf, after.Deaf)));
        switch (function)
        {
            case "Ask":
                yield return ("an entry gets the focus only by asking for it itself, while no other has it",
                    Term.Either(Term.Not(Term.Both(changed, isEntry)), All(IsFlag, Term.Not(wasEntry), Term.Equal(after.Focused, Screen), before.IsEntry(Screen))));
                yield return ("an entry loses the focus only by giving it up itself, to who had it",
                    Term.Either(Term.Not(Term.Both(changed, Term.Not(isEntry))), All(Term.Not(IsFlag), wasEntry, Term.Equal(before.Focused, Screen), Term.Equal(after.Focused, before.Before))));
                yield return ("no entry comes before there has been peace", Term.Either(Term.Not(Term.Both(changed, isEntry)), Term.Not(Term.Less(Now, before.Peace))));
                Term refused = Term.Bit(before.Refused >>> (Screen & Term.Constant(31)), 0);
                yield return ("who was sent away is not heard until it wants nothing", Term.Either(Term.Not(All(changed, IsFlag)), Term.Not(refused)));
                yield return ("an entry that may get the focus gets it", Term.Either(Term.Not(All(IsFlag, before.IsEntry(Screen), Term.Not(wasEntry), Term.Not(refused), Term.Not(Term.Less(Now, before.Peace)))), changed));
                yield return ("an entry that gives the focus up loses it", Term.Either(Term.Not(All(Term.Not(IsFlag), wasEntry, Term.Equal(before.Focused, Screen))), changed));
                yield return ("who wants nothing is heard again, and nobody else",
                    Term.Equal(after.Refused, Term.Choose(IsFlag, before.Refused, before.Refused & ~(Term.Constant(1) << (Screen & Term.Constant(31))))));
                break;
            case "Attend":
                yield return ("the attention key ends an entry, and begins none", Term.Both(Term.Not(isEntry), Term.Either(Term.Not(wasEntry), changed)));
                yield return ("after that there is to be peace", Term.Equal(after.Peace, Term.Choose(wasEntry, Now + before.PeaceTime, before.Peace)));
                yield return ("the screen comes that an entry took the focus from, and otherwise the next that is none",
                    Term.Equal(after.Focused, Term.Choose(wasEntry, before.Before, next)));
                yield return ("who is sent away is remembered, and nobody else",
                    Term.Equal(after.Refused, Term.Choose(wasEntry, before.Refused | (Term.Constant(1) << (before.Focused & Term.Constant(31))), before.Refused)));
                break;
            default:
                yield return ("a touch on the strip neither ends nor begins an entry", Term.Choose(wasEntry, Term.Not(changed), Term.Not(isEntry)));
                yield return ("the next screen comes that is no entry", All(Term.Equal(after.Focused, turned), Iff(changed, Term.Not(Term.Equal(turned, before.Focused)))));
                break;
        }
    }

    private static Term All(params ReadOnlySpan<Term> truths)
    {
        Term all = Term.Truth(true);
        foreach (Term truth in truths)
        {
            all = Term.Both(all, truth);
        }

        return all;
    }

    private static Term Iff(Term one, Term other) => Term.Choose(one, other, Term.Not(other));
}
