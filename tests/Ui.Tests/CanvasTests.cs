using CsCheck;
using Redoubt.Drawing;

namespace Redoubt.Ui.Tests;

public sealed class CanvasTests
{
    private const uint Colour = 0xff_8040;
    private static readonly Gen<int> s_place = Gen.Int[-60, 160], s_size = Gen.Int[0, 200];

    [Fact]
    public void RectanglesCoverWhatTheyShouldAndNoMore() => Gen.Select(s_place, s_place, s_size, s_size).Sample(
        (x, y, width, height) =>
        {
            using Sheet sheet = new(100, 80);
            sheet.Canvas.Fill(x, y, width, height, Colour);
            for (int row = 0; row < sheet.Height; row++)
            {
                for (int column = 0; column < sheet.Width; column++)
                {
                    bool isIn = column >= x && column < x + width && row >= y && row < y + height;
                    if (sheet[column, row] != (isIn ? Colour : Sheet.Background))
                        return false;
                }
            }

            return sheet.IsWhole;
        },
        iter: 300);

    [Fact]
    public void RoundedCornersStayInTheirRectangleAndAreAllTheSame() => Gen.Select(s_place, s_place, Gen.Int[0, 30], Gen.Int[0, 60], Gen.Int[0, 60]).Sample(
        (x, y, radius, more, higher) =>
        {
            int width = 2 * radius + more, height = 2 * radius + higher;
            using Sheet sheet = new(260, 260), outside = new(100, 80);
            sheet.Canvas.FillRounded(70, 70, width, height, radius, Colour);
            outside.Canvas.FillRounded(x, y, width, height, radius, Colour);
            for (int row = 0; row < height; row++)
            {
                for (int column = 0; column < width; column++)
                {
                    uint pixel = sheet[70 + column, 70 + row];
                    if (pixel != sheet[70 + width - 1 - column, 70 + row] || pixel != sheet[70 + column, 70 + height - 1 - row])
                        return false;
                }
            }

            int painted = sheet.Pixels.ToArray().Count(pixel => pixel != Sheet.Background);
            return painted <= width * height && sheet.IsWhole && outside.IsWhole;
        },
        iter: 300);

    [Fact]
    public void ARoundingIsAsLargeAsACircle()
    {
        const int Radius = 40;
        using Sheet sheet = new(2 * Radius, 2 * Radius);
        sheet.Pixels.Clear();
        sheet.Canvas.FillRounded(0, 0, 2 * Radius, 2 * Radius, Radius, 0xff);
        Assert.Equal(Math.PI * Radius * Radius, sheet.Pixels.ToArray().Sum(pixel => pixel / 255.0), 5.0);
    }

    [Fact]
    public void TextStaysInside() => Gen.Select(s_place, s_place, Gen.UInt[Faces.Caption, Faces.Title], Gen.String[Gen.Char[' ', '~'], 0, 20]).Sample(
        (x, y, face, text) =>
        {
            using Sheet sheet = new(100, 80);
            Face letters = Letters.Open(face);
            sheet.Canvas.Write(in letters, x, y, System.Text.Encoding.UTF8.GetBytes(text), Colour);
            return sheet.IsWhole;
        },
        iter: 300);

    [Fact]
    public void TextEndsWhereItsWidthSays()
    {
        using Sheet sheet = new(600, 80);
        Face face = Letters.Open(Faces.Strong);
        ReadOnlySpan<byte> text = "Grüße, Zoë – 12,50 €"u8;
        Assert.Equal(10 + face.Measure(text), sheet.Canvas.Write(in face, 10, 50, text, Colour));
        Assert.Contains(Colour, sheet.Pixels.ToArray());
    }

    [Theory]
    [InlineData("日本")]
    [InlineData("a\u202Eb")]
    [InlineData("line\n")]
    public void WhatHasNoPictureIsNotPassedOver(string text)
    {
        using Sheet sheet = new(200, 80);
        Face face = Letters.Open(Faces.Text);
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(text);
        Assert.Equal(-1, face.Measure(bytes));
        Assert.Equal(-1, sheet.Canvas.Write(in face, 0, 40, bytes, Colour));
    }

    [Fact]
    public void MixingGoesFromOneToTheOther()
    {
        Assert.Equal(0x12_3456U, Canvas.Mix(0x12_3456, 0xff_ffff, 0));
        Assert.Equal(0xfe_dcbaU, Canvas.Mix(0x12_3456, 0xfe_dcba, 255));
        Assert.Equal(0x80_8080U, Canvas.Mix(0, 0xff_ffff, 128));
    }
}
