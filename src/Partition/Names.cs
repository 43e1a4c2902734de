using System;
using Redoubt.Abi;

namespace Redoubt.Partition;

/// <summary>Work with a <see cref="Name"/>: up to 16 ASCII characters in two words.</summary>
public static class Names
{
    /// <summary>The name that these characters spell; those past the sixteenth are dropped.</summary>
    public static Name Of(ReadOnlySpan<byte> text)
    {
        Name name;
        name.Low = 0;
        name.High = 0;
        for (int i = 0; i < text.Length && i < 16; i++)
        {
            if (i < 8)
                name.Low |= (ulong)text[i] << (8 * i);
            else
                name.High |= (ulong)text[i] << (8 * (i - 8));
        }

        return name;
    }

    /// <summary>Whether two names are the same.</summary>
    public static bool Same(in Name one, in Name other) => one.Low == other.Low && one.High == other.High;

    /// <summary>Character <paramref name="index"/>, 0 to 15; 0 past the end.</summary>
    public static byte Character(in Name name, int index) => (byte)((index < 8 ? name.Low : name.High) >> (8 * (index & 7)));
}
