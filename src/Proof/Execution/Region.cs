using Redoubt.Proof.Terms;

namespace Redoubt.Proof.Execution;

/// <summary>Cells of 64 bits with one meaning: the same field of all elements of a region, and of all elements of an array in it.</summary>
/// <param name="Name">Region and field.</param>
/// <param name="Offset">Bytes from the start of the element.</param>
/// <param name="Stride">Bytes between the elements of the inner array.</param>
/// <param name="Count">Elements of the inner array, 1 if it is none.</param>
/// <param name="Ones">Bits that may be one: an invariant, checked at each store.</param>
public sealed record Field(string Name, ulong Offset, ulong Stride, ulong Count, ulong Ones);

/// <summary>Who may use a region.</summary>
public enum Access
{
    /// <summary>No one writes it.</summary>
    ReadOnly,

    /// <summary>Elements belong to the CPU of that number.</summary>
    PerCpu,

    /// <summary>Elements belong to the CPU that the vCPU of that index is pinned to.</summary>
    PerVcpu,
}

/// <summary>An array of equal elements.</summary>
/// <param name="Name">For people.</param>
/// <param name="Base">Address of the first element.</param>
/// <param name="Stride">Bytes between elements.</param>
/// <param name="Count">Number of elements.</param>
/// <param name="Access">Who may use it.</param>
/// <param name="Fields">Fields by offset.</param>
public sealed record Region(string Name, ulong Base, ulong Stride, ulong Count, Access Access, Field[] Fields)
{
    public bool Contains(ulong address) => address >= Base && address - Base < Stride * Count;
}

/// <summary>A device's registers, whose base is a word of the configuration.</summary>
/// <param name="Name">For people.</param>
/// <param name="Base">Name of the configuration's cell that holds its address.</param>
/// <param name="Size">Bytes.</param>
public sealed record Device(string Name, string Base, ulong Size);

/// <summary>Where an access goes: a field, its element and the element of its inner array, bytes from the start of the cell.</summary>
public readonly record struct Place(Region Region, Field Field, Term Outer, Term Inner, int Byte);
