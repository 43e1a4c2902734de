namespace Redoubt.Proof.Terms;

/// <summary>Terms for people to read.</summary>
public static class Printer
{
    /// <summary>A term as text; below some depth an ellipsis stands for what is there.</summary>
    public static string Text(Term term, int depth)
    {
        string Inner(int i) => Text(term.Arguments[i], depth - 1);
        string All() => string.Join(", ", Enumerable.Range(0, term.Arguments.Length).Select(Inner));
        return term.Kind switch
        {
            Kind.Constant => term.Value < 10 ? $"{term.Value}" : $"0x{term.Value:x}",
            Kind.Truth => term.IsTrue ? "true" : "false",
            Kind.Variable => term.Name,
            _ when depth == 0 => "…",
            Kind.Cell => $"{term.Name}[{All()}]",
            Kind.Sum => "(" + string.Join(" + ", term.Arguments.Select((_, i) => term.Factors[i] == 1 ? Inner(i) : $"{(long)term.Factors[i]}*{Inner(i)}"))
                + (term.Value == 0 ? "" : $" + 0x{term.Value:x}") + ")",
            Kind.Bit => $"{Inner(0)}.{term.Value}",
            Kind.Not => $"!{Inner(0)}",
            Kind.Choose or Kind.ChooseTruth => $"({Inner(0)} ? {Inner(1)} : {Inner(2)})",
            _ => $"{term.Kind}({All()})",
        };
    }
}
