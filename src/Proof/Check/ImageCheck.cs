using Redoubt.Image;

namespace Redoubt.Proof.Check;

/// <summary>The theorems about one image: what the proof of the kernel leaves to the data that it runs on.</summary>
public static class ImageCheck
{
    /// <summary>Checks `config`.</summary>
    /// <param name="image">The image.</param>
    /// <param name="board">The board that it is for.</param>
    public static TheoremResult Config(CheckedImage image, Board board) => TheoremResult.Of("config", facts =>
    {
        DescriptionCheck.Run(image, board, facts);
        ConfigurationCheck.Run(image, facts);
        AuthorityCheck.Run(image, board, facts);
        LoaderCheck.Run(image, facts);
        TableCheck.Run(image, facts);
        return $"{image.Map.Partitions.Count} partitions, {image.Map.Areas.Count} areas";
    });
}
