using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
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
        // Sampling without replacement by weight (Efraimidis and Spirakis): the smallest of exponential variables with these rates.
        Mutant[] drawn = [.. Mutant.Of(program, reaching.Keys).OrderBy(mutant => -Math.Log(1 - Chance(mutant, seed)) * reaching[mutant.Address])];
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

    /// <summary>A number from 0 to 1 that seed and mutant choose: what else there is to choose from does not change it.</summary>
    private static double Chance(Mutant mutant, int seed)
    {
        byte[] hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{mutant.Operator}\n{mutant.Function}\n{mutant.Instruction}"));
        return (BinaryPrimitives.ReadUInt64LittleEndian(hash) >> 11) * double.ScaleB(1, -53);
    }
}
