DROP TABLE IF EXISTS stage.native_code
