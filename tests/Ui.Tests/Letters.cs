using System.Runtime.InteropServices;
using Redoubt.Drawing;
using Redoubt.Typeface;

namespace Redoubt.Ui.Tests;

/// <summary>An atlas with all faces, made once, as the build makes it.</summary>
internal static unsafe class Letters
{
    private static readonly Lazy<ulong> s_address = new(() =>
    {
        byte[] atlas = Redoubt.Typeface.Atlas.Make([Faces.Caption, Faces.Text, Faces.Strong, Faces.Title, Faces.Key, Faces.Amount, Faces.Icon, Faces.LargeIcon]);
        byte* memory = (byte*)NativeMemory.AlignedAlloc((nuint)atlas.Length, 8);
        atlas.CopyTo(new Span<byte>(memory, atlas.Length));
        return (ulong)memory;
    });

    public static ulong Address => s_address.Value;

    public static Face Open(uint id) => Face.TryOpen(Address, id, out Face face) ? face : throw new InvalidOperationException($"there is no face {id}");
}
