from source_faker.run import run

if __name__ == "__main__":
    run()
