using S = Redoubt.Spec.Specification<Redoubt.Spec.Words.Number>;

namespace Redoubt.Spec.Tests;

/// <summary>Specifications that are wrong in one place.</summary>
internal static class Mutants
{
    /// <summary>A check dropped, an effect skipped, each of all.</summary>
    public static IEnumerable<(string Name, S.Manual Manual)> Of(S.Manual manual)
    {
        foreach (S.Operation operation in manual.Operations)
        {
            foreach (S.Check check in operation.Checks)
                yield return ($"{operation.Name} without: {check.Text}", With(manual, operation, operation with { Checks = [.. operation.Checks.Where(other => other != check)] }));
            foreach (S.Effect effect in operation.Effects)
                yield return ($"{operation.Name} without: {effect.Text}", With(manual, operation, operation with { Effects = [.. operation.Effects.Where(other => other != effect)] }));
        }
    }

    private static S.Manual With(S.Manual manual, S.Operation old, S.Operation mutant) =>
        new() { Operations = [.. manual.Operations.Select(operation => operation == old ? mutant : operation)] };
}
