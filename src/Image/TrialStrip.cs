using System.Runtime.InteropServices;
using System.Text;
using Redoubt.Drawing;
using Redoubt.Ui;

namespace Redoubt.Image;

/// <summary>A strip that nobody sees, painted as <c>ui</c> paints it when it starts, which stops if the words don't fit.</summary>
internal static class TrialStrip
{
    private static readonly Lazy<byte[]> s_atlas = new(() => Pinned(Typeface.Atlas.Make([Faces.Caption, Faces.Strong, Faces.Icon])));

    /// <summary>Whether all of the words can be written.</summary>
    /// <param name="title">The words.</param>
    /// <param name="width">Pixels of the display in a row.</param>
    public static bool Fits(string title, uint width)
    {
        byte[] pixels = Pinned(new byte[width * Abi.Screen.StripHeight * Abi.Screen.PixelSize]);
        Canvas canvas = new(Address(pixels), (int)width, (int)Abi.Screen.StripHeight);
        return Strip.TryPaint(in canvas, Address(s_atlas.Value), Encoding.UTF8.GetBytes(title), place: 0, next: default);
    }

    private static byte[] Pinned(byte[] bytes)
    {
        byte[] pinned = GC.AllocateUninitializedArray<byte>(bytes.Length, pinned: true);
        bytes.CopyTo(pinned, 0);
        return pinned;
    }

    private static ulong Address(byte[] pinned) => (ulong)Marshal.UnsafeAddrOfPinnedArrayElement(pinned, 0);
}
