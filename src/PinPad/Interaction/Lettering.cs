using Redoubt.Drawing;

namespace Redoubt.PinPad.Interaction;

/// <summary>Faces by what they are used for, in one of two sizes.</summary>
public struct Lettering
{
    public Face Caption, Text, Strong, Title, Key, Amount;

    /// <summary>Takes them; false if the atlas has not got all.</summary>
    public static bool TryOpen(ulong atlas, bool large, out Lettering letters) =>
        Face.TryOpen(atlas, large ? Faces.Text : Faces.Caption, out letters.Caption) & Face.TryOpen(atlas, large ? Faces.LargeText : Faces.Text, out letters.Text)
        & Face.TryOpen(atlas, large ? Faces.Title : Faces.Strong, out letters.Strong) & Face.TryOpen(atlas, large ? Faces.LargeTitle : Faces.Title, out letters.Title)
        & Face.TryOpen(atlas, large ? Faces.LargeKey : Faces.Key, out letters.Key) & Face.TryOpen(atlas, large ? Faces.LargeAmount : Faces.Amount, out letters.Amount);
}
