using Redoubt.Abi;
using Redoubt.Proof.Execution;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Check;

/// <summary>What the kernel's proof assumes of each word (<see cref="Invariant"/>) holds of the words of this image: no gap between the two.</summary>
internal static class ProofAssumptions
{
    /// <summary>Regions of the configuration.</summary>
    public static IEnumerable<Region> Configuration => KernelLayout.Regions.Where(IsConfiguration);

    /// <summary>Regions of the kernel's state that the invariant speaks of.</summary>
    public static IEnumerable<Region> State => KernelLayout.Regions.Where(region => !IsConfiguration(region) && region != KernelLayout.Stacks);

    /// <summary>Checks every word of some regions.</summary>
    /// <param name="words">The words.</param>
    /// <param name="regions">The regions.</param>
    /// <param name="where">Names the words' origin, for people.</param>
    /// <param name="facts">Told what does not hold.</param>
    public static void Run(MemoryWords words, IEnumerable<Region> regions, string where, Facts facts)
    {
        foreach ((Region region, Field field) in regions.SelectMany(region => region.Fields.Select(field => (region, field))))
        {
            for (ulong outer = 0; outer < region.Count; outer++)
            {
                for (ulong inner = 0; inner < field.Count; inner++)
                {
                    (ulong index, ulong element) = (outer, inner);
                    facts.Require("proof's assumption", Holds(words, region, field, outer, inner), () => $"0x{MemoryWords.AddressOf(field.Name, index, element):x}: {field.Name} of {index}, element {element}, "
                        + $"is 0x{words[field.Name, index, element]:x}, which the kernel's proof does not know of ({where})");
                }
            }
        }
    }

    /// <summary>Whether all holds that is assumed of a word. It may speak of a word that is beyond all others: then it does not.</summary>
    private static bool Holds(MemoryWords words, Region region, Field field, ulong outer, ulong inner)
    {
        Term cell = Cells.Initial(field)[Term.Constant(outer), Term.Constant(inner)];
        Term cpu = Term.Constant(region == KernelLayout.Cpus ? outer : 0);
        try
        {
            return (words[field.Name, outer, inner] & ~field.Ones) == 0 && Invariant.Of(cell, cpu).All(truth => Value(words, truth) != 0);
        }
        catch (ArgumentOutOfRangeException)
        {
            return false;
        }
    }

    /// <summary>The value that a term has over some words.</summary>
    public static ulong Value(MemoryWords words, Term term) => new Evaluator(
        name => throw new InvalidOperationException($"{name} has no value"),
        (name, indices) => words[name, indices[0], indices.Length > 1 ? indices[1] : 0]).Value(term);

    private static bool IsConfiguration(Region region) => region.Base >= Layout.Config && region.Base < Layout.Config + Layout.ConfigSize;
}
