using System.Text;
using CsCheck;
using Redoubt.Drawing;

namespace Redoubt.Ui.Tests;

public sealed unsafe class TypefaceTests
{
    [Fact]
    public void AnAtlasIsTheSameEachTime() =>
        Assert.Equal(Redoubt.Typeface.Atlas.Make([Faces.Strong, Faces.Icon]), Redoubt.Typeface.Atlas.Make([Faces.Icon, Faces.Strong, Faces.Icon]));

    [Theory]
    [InlineData(Faces.Caption)]
    [InlineData(Faces.Text)]
    [InlineData(Faces.Strong)]
    [InlineData(Faces.Title)]
    public void FacesForTextHaveWhatAStripCanSay(uint id)
    {
        Face face = Letters.Open(id);
        for (uint code = ' '; code <= 0x17f; code++)
            Assert.Equal(code is (<= '~' or >= 0xa0) and not (0xad or 0x149), face.TryFind(code, out _));
    }

    [Fact]
    public void DigitsAndIconsAreThereWhereTheyAreNeeded()
    {
        foreach (uint id in new[] { Faces.Key, Faces.Amount })
        {
            for (uint code = '0'; code <= '9'; code++)
                Assert.True(Letters.Open(id).TryFind(code, out _));
        }

        for (uint code = Icons.Phone; code <= Icons.Clock; code++)
        {
            Face icons = Letters.Open(Faces.Icon);
            Assert.True(icons.TryFind(code, out Glyph* glyph));
            Assert.InRange(glyph->Left, 0, icons.CapHeight - glyph->Width);
            Assert.InRange(glyph->Top, glyph->Height, icons.CapHeight);
        }
    }

    [Fact]
    public void AFaceThatIsNotThereIsNotFound() => Assert.False(Face.TryOpen(Letters.Address, 99, out _));

    [Fact]
    public void Utf8IsReadAsTheLibraryReadsIt() => Gen.OneOf(Gen.Byte.Array[1, 8], Gen.String.Select(Encoding.UTF8.GetBytes).Where(bytes => bytes.Length > 0)).Sample(
        bytes =>
        {
            System.Buffers.OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out int length);
            int at = 0;
            bool read = Utf8.TryRead(bytes, ref at, out uint code);
            return read == (status == System.Buffers.OperationStatus.Done) && (!read || (code == (uint)rune.Value && at == length));
        },
        iter: 100_000);
}
