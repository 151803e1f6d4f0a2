-- What a file tells is compared.
DROP TABLE stage.told
