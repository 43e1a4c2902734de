using Redoubt.Proof.Execution;
using Redoubt.Proof.Isa;
using Redoubt.Proof.Terms;
using Redoubt.Proof.Theorems;

namespace Redoubt.Proof.Check;

/// <summary>Words of the configuration or the kernel's state by the names that <see cref="KernelLayout"/> gives them.</summary>
/// <typeparam name="T">Kind of word: numbers of one image, or terms of any.</typeparam>
public interface IWords<T>
    where T : IWord<T>
{
    /// <summary>The word of a field such as <c>config.vcpu.Monitor</c>, by the index of its element and that of the array in it.</summary>
    T this[string field, T outer, T inner] { get; }
}

/// <summary>The unknown configuration that the kernel's proof is about.</summary>
public sealed class UnknownWords : IWords<Term>
{
    public Term this[string field, Term outer, Term inner] => Cells.Initial(KernelLayout.Field(field))[outer, inner];
}

/// <summary>Words that lie in memory.</summary>
/// <param name="read">Reads the 64-bit word at an address.</param>
public sealed class MemoryWords(Func<ulong, ulong> read) : IWords<Word>
{
    private static readonly Dictionary<string, (Region Region, Field Field)> Fields =
        KernelLayout.Regions.SelectMany(region => region.Fields.Select(field => (region, field))).ToDictionary(pair => pair.field.Name);

    public Word this[string field, Word outer, Word inner] => new(this[field, outer.Value, inner.Value]);

    public ulong this[string field, ulong outer = 0, ulong inner = 0] => read(AddressOf(field, outer, inner));

    /// <summary>Where a word lies.</summary>
    public static ulong AddressOf(string name, ulong outer, ulong inner)
    {
        (Region region, Field field) = Fields[name];
        if (outer >= region.Count || inner >= field.Count)
            throw new ArgumentOutOfRangeException(nameof(outer), $"{name} has no element {outer}, {inner}");
        return region.Base + (region.Stride * outer) + field.Offset + (field.Stride * inner);
    }
}
