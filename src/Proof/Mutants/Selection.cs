using Redoubt.Proof.Programs;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Mutants;

/// <summary>Which mutants are tried.</summary>
public static class Selection
{
    /// <summary>
    /// Mutants spread over handlers: each takes one in turn of the instructions that it reaches. Those that few handlers reach are likelier in
    /// proportion, so that what they share does not crowd out what is their own. The same seed and kernel give the same mutants.
    /// </summary>
    /// <param name="program">The kernel as it is.</param>
    /// <param name="handlers">The handlers, and what they reach.</param>
    /// <param name="count">How many mutants at most.</param>
    /// <param name="seed">Chooses.</param>
    public static IReadOnlyList<Mutant> Of(ElfProgram program, IReadOnlyList<HandlerResult> handlers, int count, int seed)
    {
        Dictionary<ulong, int> reaching = handlers.SelectMany(handler => handler.Reached).GroupBy(address => address).ToDictionary(group => group.Key, group => group.Count());
        Random random = new(seed);
        // Sampling without replacement by weight (Efraimidis and Spirakis): the smallest of exponential variables with these rates.
        Mutant[] drawn = [.. Mutant.Of(program, reaching.Keys).Select(mutant => (Key: -Math.Log(1 - random.NextDouble()) * reaching[mutant.Address], mutant))
            .OrderBy(pair => pair.Key).Select(pair => pair.mutant)];
        Queue<Mutant>[] own = [.. handlers.Select(handler => handler.Reached.ToHashSet()).Select(reached => new Queue<Mutant>(drawn.Where(mutant => reached.Contains(mutant.Address))))];
        HashSet<Mutant> taken = [];
        while (taken.Count < count && own.Any(queue => queue.Count > 0))
        {
            foreach (Queue<Mutant> queue in own)
            {
                while (taken.Count < count && queue.TryDequeue(out Mutant? next) && !taken.Add(next))
                {
                    // Another handler took it.
                }
            }
        }

        return [.. taken.OrderBy(mutant => mutant.Address).ThenBy(mutant => mutant.Operator, StringComparer.Ordinal)];
    }
}
