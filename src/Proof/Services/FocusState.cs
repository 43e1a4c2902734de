using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Environment = Redoubt.Proof.Execution.Environment;

namespace Redoubt.Proof.Services;

/// <summary>
/// What the structure <c>Focus</c> of <c>src/Ui</c> holds, before or after one of its functions, word by word as it lies in memory. A wrong layout here can't hide
/// anything: what is proved of the functions would not hold of it.
/// </summary>
/// <param name="word">The words of a field, by their index.</param>
internal sealed class FocusState(Func<Field, Term, Term> word)
{
    public const ulong Address = 0x7000_0000, Nobody = 0xffff_ffff, Keys = 768;

    private const ulong CellBytes = 8, KeyWords = Keys / 64, Half = 0xffff_ffff;

    private static readonly Field s_screens = Cell("screens", 0), s_deadTime = Cell("dead time", 8), s_peaceTime = Cell("peace time", 16), s_focused = Cell("focused", 24),
        s_shown = Cell("shown", 32), s_deaf = Cell("deaf", 40), s_peace = Cell("peace", 48), s_owner = Cell("owner", 248);

    /// <summary>Keys that are down, and those of them that somebody was told of.</summary>
    public static readonly Field DownKeys = new("focus.down", 56, CellBytes, KeyWords, ~0UL), ToldKeys = new("focus.told", 152, CellBytes, KeyWords, ~0UL);

    private static readonly Field[] s_fields = [s_screens, s_deadTime, s_peaceTime, s_focused, s_shown, s_deaf, s_peace, DownKeys, ToldKeys, s_owner];

    public static Region Region { get; } = new("focus", Address, 256, 1, Access.PerCpu, s_fields);

    public Term Count => Low(s_screens);

    public Term Entries => High(s_screens);

    public Term DeadTime => First(s_deadTime);

    public Term PeaceTime => First(s_peaceTime);

    public Term Focused => Low(s_focused);

    /// <summary>Who had the focus before an entry took it.</summary>
    public Term Before => High(s_focused);

    public Term Refused => Low(s_shown);

    public Term ShownByte => High(s_shown) & Term.Constant(0xff);

    /// <summary>The display shows the screen that has the focus.</summary>
    public Term IsShown => Term.Not(Term.Equal(ShownByte, Term.Constant(0)));

    /// <summary>When input is for it, from then on.</summary>
    public Term Deaf => First(s_deaf);

    /// <summary>Until when no entry comes.</summary>
    public Term Peace => First(s_peace);

    /// <summary>The screen that the display showed last.</summary>
    public Term Owner => Low(s_owner);

    /// <summary>What a state of execution holds.</summary>
    public static FocusState Of(SymbolicState state) => new((field, index) => state.Cells(field)[Term.Constant(0), index]);

    /// <summary>What anything may be at the beginning, for so many screens.</summary>
    /// <param name="environment">Where it begins.</param>
    /// <param name="screens">Number of screens.</param>
    /// <param name="isZero">It is as the program finds it when it starts.</param>
    public static FocusState Begin(Environment environment, ulong screens, bool isZero)
    {
        if (isZero)
        {
            foreach (Field field in Region.Fields)
            {
                environment.Begin(field, Cells.Of((_, _) => Term.Constant(0)));
            }

            return new((_, _) => Term.Constant(0));
        }

        Pair(s_screens, Term.Constant(screens), Term.Variable("entries", Half));
        Pair(s_focused, Term.Variable("focused", Half), Term.Variable("before", Half));
        Pair(s_shown, Term.Variable("refused", Half), Term.Variable("shown", Half));
        Pair(s_owner, Term.Variable("owner", Half), Term.Variable("padding", Half));
        return new((field, index) => environment.Beginning(field)[Term.Constant(0), index]);

        void Pair(Field field, Term low, Term high) => environment.Begin(field, Cells.Of((_, _) => low | (high << Term.Constant(32))));
    }

    /// <summary>Whether a key is down; whether somebody was told so.</summary>
    public Term IsDown(Term key) => Has(DownKeys, key);

    public Term IsTold(Term key) => Has(ToldKeys, key);

    /// <summary>Whether a screen is one that asks for the focus.</summary>
    public Term IsEntry(Term screen) => Term.Both(IsScreen(screen), Term.Bit(Entries >>> (screen & Term.Constant(31)), 0));

    public Term IsScreen(Term screen) => Term.Less(screen, Count);

    /// <summary>The screen after one in turn that is no entry, which may be the same; nobody if there is none.</summary>
    public Term Next(Term screen, ulong screens)
    {
        Term after = (screen + Term.Constant(1)) & Term.Constant(Half), next = Term.Constant(Nobody);
        for (ulong step = screens; step-- > 0;)
        {
            Term sum = after + Term.Constant(step), candidate = Term.Choose(Term.Less(sum, Term.Constant(screens)), sum, sum - Term.Constant(screens));
            next = Term.Choose(IsEntry(candidate), next, candidate);
        }

        return next;
    }

    /// <summary>What holds between any two events, of any key.</summary>
    public IEnumerable<(string Goal, Term Truth)> Invariants(Term key)
    {
        yield return ("who has the focus is a screen, or nobody", Term.Either(Is(Focused, Nobody), IsScreen(Focused)));
        yield return ("who had the focus before an entry is a screen that is none, or nobody", Term.Either(Is(Before, Nobody), Term.Both(IsScreen(Before), Term.Not(IsEntry(Before)))));
        yield return ("what the display showed last is a screen, or nothing", Term.Either(Is(Owner, Nobody), IsScreen(Owner)));
        yield return ("whether the display shows who has the focus is yes or no", Term.Less(ShownByte, Term.Constant(2)));
        yield return ("if so, that is what it showed last", Term.Either(Term.Not(IsShown), Term.Equal(Owner, Focused)));
        yield return ("a key that somebody was told of was told to a screen", Term.Either(Term.Not(IsTold(key)), Term.Not(Is(Owner, Nobody))));
        yield return ("a key that somebody was told of is down", Term.Either(Term.Not(IsTold(key)), IsDown(key)));
    }

    /// <summary>What the invariants say of one word of the keys that somebody was told of.</summary>
    public IEnumerable<Term> OfWord(Term index)
    {
        Term told = word(ToldKeys, index);
        yield return Term.Either(Is(told, 0), Term.Not(Is(Owner, Nobody)));
        yield return Is(told & ~word(DownKeys, index), 0);
    }

    public static Term Is(Term word, ulong value) => Term.Equal(word, Term.Constant(value));

    private Term Has(Field field, Term key) => Term.Bit(word(field, key >>> Term.Constant(6)) >>> (key & Term.Constant(63)), 0);

    private Term First(Field field) => word(field, Term.Constant(0));

    private Term Low(Field field) => First(field) & Term.Constant(Half);

    private Term High(Field field) => First(field) >>> Term.Constant(32);

    private static Field Cell(string name, ulong offset) => new($"focus.{name}", offset, CellBytes, 1, ~0UL);
}
