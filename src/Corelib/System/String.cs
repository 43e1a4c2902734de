namespace System;

/// <summary>String literals, for attributes. Freestanding text is UTF-8: <c>"text"u8</c>.</summary>
public sealed class String
{
#pragma warning disable CS0169, CS0649 // ILC lays literals out in this form.
    public readonly int Length;
    private readonly char _firstChar;
#pragma warning restore CS0169, CS0649
}
