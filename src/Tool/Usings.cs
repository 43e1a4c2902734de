global using Redoubt.Image;
